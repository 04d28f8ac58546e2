"""The clustering methods, in the order in which they are offered. A new one is named here."""

from explorer.clustering.base import Method
from explorer.clustering.hdbscan import HDBSCAN
from explorer.clustering.kmeans import KMeans
from explorer.clustering.minibatch import MiniBatchKMeans
from explorer.clustering.mixture import GaussianMixture
from explorer.clustering.spectral import Spectral
from explorer.clustering.umap import UMAPKMeans, UMAPMixture

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        KMeans,
        MiniBatchKMeans,
        GaussianMixture,
        UMAPKMeans,
        UMAPMixture,
        HDBSCAN,
        Spectral,
    )
}
