"""What picture of which points is wanted."""

from dataclasses import dataclass, replace
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.spaces import SPACES
from explorer.core.storage import spec_hash

VERSION = 1

METHODS = ("raw", "pca", "tsne", "umap")
METRICS = ("euclidean", "cosine", "manhattan")

MIN_POINTS = 5

# The default field values of parameters that only some methods use: for all other methods they
# are put back to these before a spec is hashed.
_USED_BY: dict[str, tuple[str, ...]] = {
    "axes": ("raw",),
    "perplexity": ("tsne",),
    "n_neighbors": ("umap",),
    "min_dist": ("umap",),
    "metric": ("tsne", "umap"),
}


@dataclass(frozen=True)
class ProjectionSpec:
    """What picture is wanted of which data.

    Attributes:
        method: "raw" (chosen axes of the data), "pca", "tsne" or "umap".
        n_components: 2 or 3, the dimensions of the picture.
        space: What the rows of the data are: "latent" codes, "original" or "reconstructed" images.
        axes: For "raw": which axes to show, as many as `n_components`; () means the first ones.
        perplexity: For "tsne": how many neighbours each point has, roughly; at least 2.
        n_neighbors: For "umap": how many neighbours each point has, itself included; at least 2.
        min_dist: For "umap": how close two points may lie in the picture, in [0, 1].
        metric: For "tsne" and "umap": how distances in the data are measured, one of `METRICS`.
        seed: Decides all that is random.
        sample_size: Of more rows than this, a random subset of this size is taken.

    Raises:
        ExplorerError: If a value is not allowed.
    """

    method: str = "pca"
    n_components: int = 2
    space: str = "latent"
    axes: tuple[int, ...] = ()
    perplexity: float = 30.0
    n_neighbors: int = 15
    min_dist: float = 0.1
    metric: str = "euclidean"
    seed: int = 0
    sample_size: int = 10_000

    def __post_init__(self) -> None:
        _check_choice("method", self.method, METHODS)
        _check_choice("space", self.space, SPACES)
        _check_choice("metric", self.metric, METRICS)
        _check_whole("n_components", self.n_components, 2, 3)
        _check_whole("n_neighbors", self.n_neighbors, 2, 1_000)
        _check_whole("seed", self.seed, 0, 2**32 - 1)
        _check_whole("sample_size", self.sample_size, MIN_POINTS, 10_000_000)
        # 30 and 30.0 are the same perplexity and must get the same name.
        object.__setattr__(self, "perplexity", _number("perplexity", self.perplexity, 2, 1_000))
        object.__setattr__(self, "min_dist", _number("min_dist", self.min_dist, 0, 1))
        object.__setattr__(self, "axes", _checked_axes(self.axes, self.n_components))

    @property
    def metric_used(self) -> str:
        """How the method measures distances in the data."""
        return self.metric if self.method in _USED_BY["metric"] else "euclidean"

    @property
    def hash(self) -> str:
        """The spec's stable name, 12 hexadecimal digits.

        Parameters that the method does not use have no part in it.
        """
        defaults = ProjectionSpec()
        unused = {
            name: getattr(defaults, name)
            for name, methods in _USED_BY.items()
            if self.method not in methods
        }
        spec = replace(self, **unused)
        if self.method == "raw" and not self.axes:
            spec = replace(spec, axes=tuple(range(self.n_components)))
        return spec_hash(spec, VERSION)


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ExplorerError(f"{name} must be one of {', '.join(choices)}. Received: {value!r}.")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    if not _is_whole(value) or not low <= value <= high:
        raise ExplorerError(
            f"{name} must be a whole number from {low} to {high}. Received: {value!r}."
        )


def _number(name: str, value: Any, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ExplorerError(f"{name} must be a number from {low} to {high}. Received: {value!r}.")
    return float(value)


def _checked_axes(axes: Any, n_components: int) -> tuple[int, ...]:
    whole = isinstance(axes, tuple | list) and all(_is_whole(a) and a >= 0 for a in axes)
    if not whole or len(set(axes)) != len(axes) or len(axes) not in (0, n_components):
        raise ExplorerError(
            f"axes must be {n_components} different axis numbers, counted from 0, or none for the "
            f"first ones. Received: {axes!r}."
        )
    return tuple(axes)
