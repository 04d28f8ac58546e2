"""What the points of the map can be coloured by. A new colour is an entry of `_TABLE`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer import checkpoints, datasets, figures
from explorer.checkpoints import Checkpoint, TestCodes
from explorer.core.memory import keep
from explorer.datasets import Factor
from explorer.projection import Projection, ProjectionSpec
from explorer.ui.cluster import scores
from explorer.ui.components.scatter_map import Groups, Values, classes
from explorer.ui.server import files
from explorer.ui.shared import cached, clusterings, naming
from explorer.ui.shared.cached import Key
from explorer.ui.shared.clusterings import ClusterView


@dataclass(frozen=True)
class Drawing:
    """How the points of a map are drawn.

    Attributes:
        color: What colours them in 2-D.
        figure: Makes the scatter plot in 3-D, as JSON.
        note: What must be known to read its colours, one sentence in Markdown, or "".
    """

    color: Groups | Values
    figure: Callable[[], str]
    note: str = ""


@dataclass(frozen=True)
class Colour:
    """Something that points can be coloured by.

    Attributes:
        title: In the form.
        draw: Says how to draw the points of a projection.
        suits: Whether a checkpoint has it.
    """

    title: str
    draw: Callable[[Checkpoint, Projection], Drawing]
    suits: Callable[[Checkpoint], bool] = lambda checkpoint: True


@dataclass(frozen=True)
class Least:
    """How wide a colour scale is at least, and why, in one sentence of Markdown."""

    width: float = 0.0
    why: str = ""


def colours(checkpoint: Checkpoint) -> dict[str, Colour]:
    """Return what a checkpoint's points can be coloured by, under the names that links have."""
    axes = {f"z{axis}": _by_axis(axis) for axis in range(checkpoint.z_dim)}
    known = {name: colour for name, colour in _TABLE.items() if colour.suits(checkpoint)}
    return known | _by_factors(checkpoint.dataset) | axes


def by_value(
    name: str,
    title: str,
    unit: str,
    values: Callable[[TestCodes], np.ndarray],
    suits: Callable[[Checkpoint], bool] = lambda checkpoint: True,
    least: Callable[[Checkpoint], Least] = lambda checkpoint: Least(),
    ends: tuple[float, float] | None = None,
    scale: Sequence[str] = figures.SCALE_COLORS,
) -> Colour:
    """Return the colour of a number.

    Args:
        name: Names its file: small letters, digits, hyphens.
        title: In the form.
        unit: Beside the colour bar.
        values: Of the test images, shape (n,), finite.
        suits: Whether a checkpoint has it.
        least: How wide its scale is at least.
        ends: Of its scale; None: percentiles, so that a few outliers do not take all its colours.
        scale: Its colours, #rrggbb, evenly spaced.
    """

    def column(checkpoint: Checkpoint) -> np.ndarray:
        return values(cached.codes(cached.key(checkpoint))).astype(np.float32)

    def draw(checkpoint: Checkpoint, view: Projection) -> Drawing:
        percentiles = np.percentile(column(checkpoint)[view.indices], [1, 99])
        low, high = ends or percentiles.tolist()
        wide = least(checkpoint)
        narrow = high - low < wide.width
        if narrow:
            middle = (low + high) / 2
            low, high = middle - wide.width / 2, middle + wide.width / 2
        color = Values(files.offer_column(name, column), unit, low, high, scale)
        key = cached.key(checkpoint)
        return Drawing(
            color,
            lambda: _scatter(key, view.spec, title, unit, values, view, (low, high), scale),
            wide.why if narrow else "",
        )

    return Colour(title, draw, suits)


def _by_axis(axis: int) -> Colour:
    name, unit = f"z{axis}", f"z<sub>{axis}</sub>"

    def least(checkpoint: Checkpoint) -> Least:
        stats = cached.latent_stats(cached.key(checkpoint))
        if stats.active[axis]:
            return Least()
        widest = int(np.argmax(np.where(stats.active, stats.std, 0)))
        why = (
            f"z {axis} is not in use: its values differ by "
            f"{stats.high[axis] - stats.low[axis]:.2g} at most. The scale is as wide as that of "
            f"z {widest}, so that noise does not take all of its colours."
        )
        return Least(float(4 * stats.std[widest]), why)

    return by_value(name, f"z {axis}", unit, lambda test: test.latent.z_mean[:, axis], least=least)


def _by_factors(dataset: str) -> dict[str, Colour]:
    """Return a colour for each factor that the images are known to be made of."""

    factors = datasets.info(dataset).factors
    return {
        f"factor-{factor.name}": _by_factor(dataset, number, factor)
        for number, factor in enumerate(factors)
    }


def _by_factor(dataset: str, number: int, factor: Factor) -> Colour:
    """Return the colour of a factor: of names as classes, of numbers along a scale."""
    name, title = f"factor-{dataset}-{number}", factor.name.capitalize()

    def levels(test: TestCodes) -> np.ndarray:
        return cached.factors(dataset)[: len(test.labels), number]

    if not factor.is_number:
        return _by_name(name, title, factor, levels)
    values = np.asarray(factor.values, np.float64)
    # Where angles end they begin again, in the same colour.
    ends = (0.0, 360.0) if factor.cyclic else (float(values.min()), float(values.max()))
    around = figures.HUE_COLORS if factor.name == "hue" else figures.CYCLE_COLORS
    scale = around if factor.cyclic else figures.SCALE_COLORS
    unit = f"{factor.name} ({factor.unit})" if factor.unit else factor.name
    return by_value(name, title, unit, lambda test: values[levels(test)], ends=ends, scale=scale)


def _by_name(
    column: str, title: str, factor: Factor, levels: Callable[[TestCodes], np.ndarray]
) -> Colour:
    names = [str(value) for value in factor.values]

    def offered(checkpoint: Checkpoint) -> np.ndarray:
        return levels(cached.codes(cached.key(checkpoint)))

    def draw(checkpoint: Checkpoint, view: Projection) -> Drawing:
        colors = [figures.class_color(level) for level in range(len(names))]
        groups = Groups(files.offer_column(column, offered), names, colors)

        def figure() -> str:
            test = cached.codes(cached.key(checkpoint))
            rows = view.indices
            errors = test.reconstruction_error[rows]
            return figures.to_json(
                figures.scatter_by_class(view, levels(test)[rows], errors, names)
            )

        return Drawing(groups, figure)

    return Colour(title, draw)


def _by_label(checkpoint: Checkpoint, view: Projection) -> Drawing:
    key = cached.key(checkpoint)
    return Drawing(classes(checkpoint), lambda: _scatter(key, view.spec, "Label", "", None, view))


def _by_cluster(checkpoint: Checkpoint, view: Projection) -> Drawing:
    clustering = clusterings.in_use(checkpoint)
    if clustering is None:  # the classes, as long as it is being computed
        return _by_label(checkpoint, view)
    return by_clustering(checkpoint, view, clustering)


def by_clustering(checkpoint: Checkpoint, view: Projection, clustering: ClusterView) -> Drawing:
    """Say how to draw the points of a projection by their clusters."""
    return Drawing(
        clusterings.groups(clustering),
        lambda: clusterings.scatter(checkpoint, view, clustering),
        scores.headline(clustering),
    )


@keep(64)
def _scatter(
    key: Key,
    spec: ProjectionSpec,
    title: str,
    unit: str,
    _values: Callable[[TestCodes], np.ndarray] | None,
    _view: Projection,
    _ends: tuple[float, float] | None = None,
    _scale: Sequence[str] = figures.SCALE_COLORS,
) -> str:
    """Return the scatter plot by the values, or by the classes if there are none, as JSON."""
    test = cached.codes(key)
    names = datasets.info(checkpoints.get(key.name).dataset).class_names
    rows = _view.indices
    labels, errors = test.labels[rows], test.reconstruction_error[rows]
    if _values is None:
        return figures.to_json(figures.scatter_by_class(_view, labels, errors, names))
    values = _values(test)[rows]
    return figures.to_json(
        figures.scatter_by_value(_view, values, unit, labels, errors, names, _ends, _scale)
    )


def _kl(test: TestCodes) -> np.ndarray:
    assert test.latent.kl is not None
    return np.asarray(test.latent.kl.sum(axis=1))


def _error(test: TestCodes) -> np.ndarray:
    return test.reconstruction_error


def _is_vae(checkpoint: Checkpoint) -> bool:
    return checkpoint.model.kind == "vae"


def _has_decoder(checkpoint: Checkpoint) -> bool:
    return checkpoint.model.decodes


_TABLE = {
    "label": Colour("Label", _by_label, naming.labelled),
    "cluster": Colour("Cluster", _by_cluster),
    "error": by_value(
        "error", "Reconstruction error", "reconstruction error", _error, _has_decoder
    ),
    "kl": by_value("kl", "KL divergence", "KL divergence (nats)", _kl, _is_vae),
}
