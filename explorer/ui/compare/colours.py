"""What colours both maps of the compare page, and what must be known to read it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.checkpoints import Checkpoint
from explorer.core.memory import keep
from explorer.figures import ACCENT
from explorer.latent import comparison
from explorer.projection import Projection, ProjectionSpec
from explorer.ui.compare import clusters
from explorer.ui.compare.form import Choice
from explorer.ui.components.scatter_map import Groups, Values, classes
from explorer.ui.server import files
from explorer.ui.shared import cached
from explorer.ui.shared.cached import Key

_STAYED = "#94a4a2"


@dataclass(frozen=True)
class Colours:
    """What colours the points.

    Attributes:
        both: Of the left and of the right map.
        notes: What must be known to read them, in Markdown.
    """

    both: tuple[Groups | Values, Groups | Values]
    notes: tuple[str, ...] = ()

    def of(self, side: int) -> Groups | Values:
        """Return what colours the left (0) or the right map (1)."""
        return self.both[side]


def draw(choice: Choice, views: Sequence[Projection]) -> Colours:
    """Return the chosen colours; the classes where they need a picture that is not there yet."""
    if choice.colour == "shared" and len(views) == 2:
        return _by_neighbours(choice, views)
    if choice.colour == "moved":
        return _by_move(choice)
    return _by_class(choice)


def _by_class(choice: Choice, *notes: str) -> Colours:
    left, right = (classes(side.checkpoint) for side in choice.sides)
    return Colours((left, right), notes)


def _by_neighbours(choice: Choice, views: Sequence[Projection]) -> Colours:
    if len(choice.models) == 2:
        where = "nearest codes are the same in both latent spaces"
        name = repr(choice.keys)

        def shares() -> np.ndarray:
            return _of_codes(*choice.keys)
    else:
        where = "nearest points are the same in both pictures"
        (key,), (left, right) = choice.keys, views
        name = repr((key, left.spec, right.spec))

        def shares() -> np.ndarray:
            return _of_pictures(key, left.spec, right.spec, left, right)

    mean = float(np.nanmean(shares()))  # an error is said here
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    column = files.offer_column(f"shared-{digest}", lambda checkpoint: shares())
    values = Values(column, "in common", 0.0, 1.0)
    note = f"on average **{mean:.0%}** of the {comparison.NEIGHBOURS} {where}"
    return Colours((values, values), (note,))


@keep(8)
def _of_codes(left: Key, right: Key) -> np.ndarray:
    """Return the share of each image's nearest codes that two checkpoints agree on, (n,)."""
    a, b = (cached.codes(key).latent.z_mean for key in (left, right))
    return comparison.shared_neighbours(a, b)


@keep(8)
def _of_pictures(
    key: Key, a: ProjectionSpec, b: ProjectionSpec, _left: Projection, _right: Projection
) -> np.ndarray:
    """Return the same of two pictures, (n,), NaN for images that are not in both."""
    shares = np.full(len(cached.codes(key).labels), np.nan, np.float32)
    rows, i, j = np.intersect1d(_left.indices, _right.indices, return_indices=True)
    shares[rows] = comparison.shared_neighbours(_left.embedding[i], _right.embedding[j])
    return shares


def _by_move(choice: Choice) -> Colours:
    found = clusters.at_once(choice)
    if found is None:
        return _by_class(choice, "the tab **Clusters** computes what is in another cluster")
    request = repr((choice.keys, [clusters.spec(side).hash for side in choice.sides]))
    digest = hashlib.sha256(request.encode()).hexdigest()[:16]

    def moved(checkpoint: Checkpoint) -> np.ndarray:
        known = clusters.at_once(choice)
        assert known is not None  # quick, or kept
        return known.moved.astype(np.int32)

    column = files.offer_column(f"moved-{digest}", moved)
    groups = Groups(column, ["stayed", "moved"], [_STAYED, ACCENT])
    note = f"**{found.moved.mean():.1%}** of the images are in another cluster on the other side"
    return Colours((groups, groups), (note,))
