"""The projection methods, in the order in which they are offered. A new one is named here."""

from explorer.projection.base import Method
from explorer.projection.isomap import Isomap
from explorer.projection.landmark import Landmarks
from explorer.projection.pacmap import PaCMAP
from explorer.projection.pca import PCA
from explorer.projection.raw import Raw
from explorer.projection.tsne import TSNE
from explorer.projection.umap import UMAP

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        Raw,
        PCA,
        TSNE,
        UMAP,
        Isomap,
        PaCMAP,
        Landmarks,
    )
}

_MANY = 10_000


def offered(n: int, d: int = 2) -> dict[str, type[Method]]:
    """Return the methods that suit n points of d dimensions.

    Those for many points are no use for few; points on a line have linear pictures alone.
    """
    return {
        name: method
        for name, method in METHODS.items()
        if (n > _MANY or not method.for_many) and (d > 1 or method.linear)
    }
