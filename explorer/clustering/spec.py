"""What is asked of a clustering, checked and named."""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.spaces import SPACES
from explorer.core.storage import spec_hash

VERSION = 1  # raise it when the same spec would give another clustering

_KMEANS = frozenset({"n_clusters", "n_init", "max_iter", "tol"})
_MIXTURE = _KMEANS | {"covariance_type", "reg_covar"}
_UMAP = frozenset({"n_neighbors", "min_dist", "n_components"})

# The parameters that each method reads, besides those that all methods read.
PARAMETERS = {
    "kmeans": _KMEANS,
    "minibatch": _KMEANS | {"batch_size"},
    "gmm": _MIXTURE,
    "umap_gmm": _UMAP | _MIXTURE,
    "umap_kmeans": _UMAP | _KMEANS,
    "hdbscan": frozenset({"min_cluster_size"}),
}
METHODS = tuple(PARAMETERS)
SCALINGS = ("none", "normalizer", "standard")
COVARIANCE_TYPES = ("full", "tied", "diag", "spherical")
SPLITS = ("train", "test")
_ALWAYS = frozenset({"method", "space", "scaling", "pca", "noise", "fit_on"})

_CHOICES = {
    "method": METHODS,
    "space": SPACES,
    "scaling": SCALINGS,
    "covariance_type": COVARIANCE_TYPES,
    "fit_on": SPLITS,
}
# The smallest and the largest value of each number.
_WHOLE = {
    "pca": (0, 100_000),
    "n_clusters": (1, 10_000),
    "n_init": (1, 1_000),
    "max_iter": (1, 100_000),
    "batch_size": (1, 1_000_000),
    "n_neighbors": (2, 1_000),
    "n_components": (1, 100),
    "min_cluster_size": (2, 1_000_000),
    "seed": (0, 2**32 - 1),
}
_REAL = {
    "noise": (0.0, 10.0),
    "tol": (0.0, 1.0),
    "reg_covar": (0.0, 1e6),
    "min_dist": (0.0, 1.0),
}


@dataclass(frozen=True)
class ClusteringSpec:
    """How to find clusters. `default_spec` gives each method the defaults of its own source.

    Attributes:
        method: One of `METHODS`: "umap_…" embeds with UMAP first (the N2D recipe).
        space: What the points are, one of `SPACES`.
        scaling: "none", "normalizer" (each point to length 1), "standard" (each value to mean 0
            and variance 1).
        pca: Number of principal components to keep after scaling, or 0 for no PCA.
        noise: Standard deviation of the Gaussian noise that the caller added to the images in
            [0, 1] before this (`clustering.add_noise`, with the same seed). It is here to name
            the result; no clustering function adds noise itself.
        n_clusters: Number of clusters or mixture components.
        n_init: Number of starts, of which the best is kept (mini-batch k-means compares starts
            without running them).
        max_iter: Most iterations of one start (mini-batch: passes over the data).
        batch_size: Points in a mini-batch.
        tol: Change below which the fit counts as converged.
        covariance_type: Of a Gaussian mixture, one of `COVARIANCE_TYPES`.
        reg_covar: Added to the variances of a Gaussian mixture.
        n_neighbors, min_dist, n_components: UMAP's. N2D's values are the defaults.
        min_cluster_size: HDBSCAN's smallest cluster.
        fit_on: The split that the clusters are found on, "train" or "test".
        seed: Of all random numbers.

    Raises:
        ExplorerError: If a value is of the wrong kind, unknown or out of range.
    """

    method: str = "kmeans"
    space: str = "latent"
    scaling: str = "none"
    pca: int = 0
    noise: float = 0.0
    n_clusters: int = 10
    n_init: int = 10
    max_iter: int = 300
    batch_size: int = 1024
    tol: float = 1e-4
    covariance_type: str = "full"
    reg_covar: float = 1e-6
    n_neighbors: int = 20
    min_dist: float = 0.0
    n_components: int = 10
    min_cluster_size: int = 50
    fit_on: str = "test"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ExplorerError(
                    f"The {name} of a clustering is one of {', '.join(choices)}. "
                    f"Received: {getattr(self, name)!r}."
                )
        for name, (low, high) in _WHOLE.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ExplorerError(
                    f"The {name} of a clustering is a whole number from {low} to {high}. "
                    f"Received: {value!r}."
                )
        for name, (least, most) in _REAL.items():
            number = _real(getattr(self, name))
            if not least <= number <= most:
                raise ExplorerError(
                    f"The {name} of a clustering is a number from {least:g} to {most:g}. "
                    f"Received: {getattr(self, name)!r}."
                )
            object.__setattr__(self, name, number)  # 0 and 0.0 are one spec with one hash

    @property
    def hash(self) -> str:
        """12 hexadecimal digits; parameters that the method does not read do not change them."""
        return spec_hash(self.canonical(), VERSION)

    def canonical(self) -> "ClusteringSpec":
        """Return this spec with every parameter that its method does not read at its default."""
        read = PARAMETERS[self.method] | _ALWAYS
        # HDBSCAN draws no random numbers of its own.
        if self.method != "hdbscan" or self.noise or self.pca:
            read = read | {"seed"}
        unread: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name not in read}
        return replace(self, **unread)

    def describe(self) -> str:
        """Say in a few words what is done, for progress messages and captions."""
        number = "" if self.method == "hdbscan" else f", {self.n_clusters} clusters"
        return f"{TITLES[self.method]}{number}"


TITLES = {
    "kmeans": "k-means",
    "minibatch": "mini-batch k-means",
    "gmm": "Gaussian mixture",
    "umap_gmm": "UMAP, then Gaussian mixture",
    "umap_kmeans": "UMAP, then k-means",
    "hdbscan": "HDBSCAN",
}

_DEFAULTS: dict[str, dict[str, Any]] = {
    "minibatch": {"max_iter": 100},
    # scikit-learn's own; one start, because a mixture starts from k-means
    "gmm": {"n_init": 1, "max_iter": 100, "tol": 1e-3},
    "umap_gmm": {"n_init": 1, "max_iter": 100, "tol": 1e-3},
}


def default_spec(method: str, **changes: Any) -> ClusteringSpec:
    """Return the usual parameters of a method, with some of them changed.

    Raises:
        ExplorerError: As `ClusteringSpec`, or if a change names no parameter.
    """
    known = {field.name for field in fields(ClusteringSpec)}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise ExplorerError(
            f"A clustering has no parameter {unknown[0]!r}; it has {', '.join(sorted(known))}."
        )
    return ClusteringSpec(method=method, **{**_DEFAULTS.get(method, {}), **changes})


def _real(value: object) -> float:
    """Return a number as a float; NaN for anything that is none, which no range contains."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value)
