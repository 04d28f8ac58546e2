"""What is asked of a clustering, checked and named."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from explorer.clustering.base import Method
from explorer.clustering.kmeans import KMeans
from explorer.clustering.methods import METHODS
from explorer.clustering.preprocessing import SCALING_TITLES
from explorer.core import spaces
from explorer.core.params import MethodSpec, choice, number, seed, whole
from explorer.core.storage import content_hash

VERSION = 2  # raise it when the same spec would give another clustering

SPLIT_TITLES = {"test": "test images", "train": "training images", "all": "all images"}
CODE_TITLES = {"mean": "their means", "sampled": "a sample of each"}


@dataclass(frozen=True)
class ClusteringSpec(MethodSpec):
    """What is clustered, and how.

    Attributes:
        method: The method with its parameters.
        space: What the points are, one of `core.spaces.SPACES`.
        fit_on: The split that the clusters are found on, "train" or "test"; or "all", both
            together, as N2D and DEC do: the scores are then of all images too.
        code: Of a VAE's codes, "mean" (z_mean) or "sampled" (one draw from each code's Gaussian,
            seeded by `seed`, as source B does); an autoencoder has no other than the mean.
        noise: Standard deviation of the Gaussian noise that the caller added to the images in
            [0, 1] before this (`clustering.add_noise`, with the same seed). It is here to name
            the result; no clustering function adds noise itself.
        scaling: "none", "normalizer" (each point to length 1), "standard" (each value to mean 0
            and variance 1).
        pca: Number of principal components to keep after scaling, or 0 for no PCA.
        seed: Of all random numbers.

    Raises:
        ExplorerError: If a value is of the wrong kind, unknown or out of range.
    """

    methods = METHODS
    usual = KMeans.name

    method: Method = field(default_factory=KMeans)
    space: str = choice(
        "latent",
        spaces.TITLES,
        "Points",
        "What is clustered: the codes of the images, their pixels, the pixels of their "
        "reconstructions, or histograms of the directions of their edges (HOG), which no network "
        "has learned: what does the network add?",
    )
    fit_on: str = choice(
        "test",
        SPLIT_TITLES,
        "Find the clusters on",
        "Maps are of the test images in any case; scores too, but those of clusters that were "
        "found on all images are of all.",
    )
    code: str = choice(
        "mean",
        CODE_TITLES,
        "Codes of a VAE",
        "Each code of a VAE is a small Gaussian: cluster its mean, or a sample of it.",
    )
    noise: float = number(
        0,
        0,
        10,
        "Noise on the test images (σ)",
        "Gaussian noise added to pixels between 0 and 1, before they are encoded. Training images "
        "stay clean.",
        slider=(0, 1, 0.05),
    )
    scaling: str = choice(
        "none",
        SCALING_TITLES,
        "Scale the points",
        "Before they are clustered. A method that measures distances sees wide values more.",
    )
    pca: int = whole(
        0,
        0,
        100_000,
        "PCA first, components to keep (0: no PCA)",
        "Principal components after scaling: less noise, and faster in many dimensions.",
    )
    seed: int = seed()

    @property
    def name(self) -> str:
        """Names its files and jobs: method and hash."""
        return f"{self.method.name}-{self.hash}"

    @cached_property
    def hash(self) -> str:
        """12 hexadecimal digits; a seed that nothing reads does not change them."""
        return content_hash(self.canonical().to_dict(), VERSION)

    def canonical(self) -> Self:
        """Return this spec with seed 0 if nothing in it is random."""
        random = self.method.is_random or self.noise or self.pca or self.code == "sampled"
        return self if random else replace(self, seed=0)

    def describe(self) -> str:
        """Return the method and the number of clusters that it is asked for."""
        k = self.method.k
        return self.method.title if k is None else f"{self.method.title}, k = {k}"


def default_spec(method: str, **changes: Any) -> ClusteringSpec:
    """Return the usual parameters of a method, with some of them changed.

    Raises:
        ExplorerError: As `ClusteringSpec.of`.
    """
    return ClusteringSpec.of({"method": method, **changes})
