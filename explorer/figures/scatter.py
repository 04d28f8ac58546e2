"""Scatter plots of projections in 3-D; 2-D maps are drawn by the front end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.colors import ACCENT, SCALE_COLORS, class_color
from explorer.figures.words import plain
from explorer.projection import Projection

# Beside a scatter plot there is room for the widest legend and for a colour bar, whichever is
# drawn: a point keeps its place when the colours change. On narrow screens the front end takes it.
_BESIDE = 165

# In 3-D: from where the camera looks, how far away in diagonals of the data's box, at which place.
_FROM = np.array([1.0, 1.0, 0.55])
_AWAY = 1.5
_CENTER = {"x": 0.0, "y": 0.0, "z": -0.2}


def scatter_by_class(
    projection: Projection, labels: np.ndarray, errors: np.ndarray, class_names: Sequence[str]
) -> go.Figure:
    """Draw a projection with a trace, a colour and a legend entry per class.

    Args:
        projection: n points in 3-D.
        labels: Shape (n,): indices into `class_names`.
        errors: Shape (n,): reconstruction errors, told while hovering; NaN without a
            decoder.
        class_names: Name of each class.
    """
    groups = [
        Group(name, class_color(label), labels == label) for label, name in enumerate(class_names)
    ]
    return scatter_by_group(projection, groups, errors)


@dataclass(frozen=True, eq=False)
class Group:
    """Points that are drawn alike.

    Attributes:
        name: In the legend, and told while hovering.
        color: Of the points.
        rows: Shape (n,), bool: which of a projection's points these are.
        opacity: In [0, 1].
    """

    name: str
    color: str
    rows: np.ndarray
    opacity: float = 0.75


def scatter_by_group(
    projection: Projection, groups: Sequence[Group], errors: np.ndarray
) -> go.Figure:
    """Draw a projection with a trace, a colour and a legend entry per group that has points.

    Args:
        projection: n points in 3-D.
        groups: The groups, in the order of the legend.
        errors: Shape (n,): reconstruction errors, told while hovering; NaN without a
            decoder.
    """
    traces = []
    for group in groups:
        if group.rows.any():
            marker = {"color": group.color, "size": _size(projection), "opacity": group.opacity}
            traces.append(_points(projection, group.rows, errors, marker, group.name))
    figure = go.Figure([*traces, _selected_trace(projection, {}), _ring_trace()])
    figure.update_layout(
        **_layout(projection),
        legend={
            **{"itemsizing": "constant", "title": None, "tracegroupgap": 0},
            "x": 1,
            # What is hidden stays so, but not what comes next in its place.
            "uirevision": " ".join(plain(group.name) for group in groups),
        },
    )
    return figure


def scatter_by_value(
    projection: Projection,
    values: np.ndarray,
    title: str,
    labels: np.ndarray,
    errors: np.ndarray,
    class_names: Sequence[str],
    ends: tuple[float, float] | None = None,
    scale_colors: Sequence[str] = SCALE_COLORS,
) -> go.Figure:
    """Draw a projection with points coloured by a number.

    Args:
        projection: n points in 3-D.
        values: Shape (n,), finite.
        title: What the number is, beside the colour bar.
        labels: Shape (n,): indices into `class_names`, told while hovering.
        errors: Shape (n,), told while hovering.
        class_names: Name of each class.
        ends: Of the scale; None: the 1st and the 99th percentile, so that a few outliers do not
            take all of its colours.
        scale_colors: Of the scale, #rrggbb, evenly spaced.
    """
    low, high = np.percentile(values, [1, 99]) if ends is None else ends
    marker = {
        "color": values.astype(np.float32),
        "cmin": float(low),
        "cmax": float(high),
        "colorscale": list(scale_colors),
        "colorbar": {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0},
        "size": _size(projection),
        "opacity": 0.8,
    }
    rows = np.ones(len(values), bool)
    trace = _points(projection, rows, errors, marker, title)
    trace.text = np.asarray([plain(name) for name in class_names])[labels]
    trace.hovertemplate = "<b>%{text}</b><br>" + _HOVER
    trace.showlegend = False
    scale = {key: marker[key] for key in ("cmin", "cmax", "colorscale")}
    figure = go.Figure([trace, _selected_trace(projection, scale), _ring_trace()])
    figure.update_layout(**_layout(projection), legend={"uirevision": title})
    return figure


def unfinished(embedding: np.ndarray, labels: np.ndarray) -> go.Figure:
    """Draw a picture that is still being computed: (n, 3) points, colours by class."""
    known, colors_of = np.unique(labels, return_inverse=True)
    colors = np.asarray([class_color(int(label)) for label in known])[colors_of]
    marker = {"color": colors, "size": 2, "opacity": 0.75}
    axes = dict(zip("xyz", embedding.T, strict=True))
    figure = go.Figure(go.Scatter3d(**axes, mode="markers", marker=marker, hoverinfo="skip"))
    hidden = {"visible": False}
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "data"},
    )
    return figure


_HOVER = "image %{customdata[0]:,d}<br>error %{customdata[1]:.1f}<extra></extra>"
_WITHOUT_ERROR = "image %{customdata[0]:,d}<extra></extra>"


def _points(
    projection: Projection, rows: np.ndarray, errors: np.ndarray, marker: dict[str, Any], name: str
) -> go.Scatter3d:
    name = plain(name)
    known = not np.isnan(errors).any()
    columns = [projection.indices[rows], *([errors[rows]] if known else [])]
    customdata = np.stack(columns, axis=1).astype(np.float32)
    return go.Scatter3d(
        **dict(zip("xyz", projection.embedding[rows].T, strict=True)),
        mode="markers",
        marker=marker,
        name=name,
        customdata=customdata,
        hovertemplate=f"<b>{name}</b><br>{_HOVER if known else _WITHOUT_ERROR}",
    )


def _selected_trace(projection: Projection, scale: dict[str, Any]) -> go.Scatter3d:
    """The selected points, which the front end draws once more here; the scale is of values."""
    marker = {"size": 1.6 * _size(projection), "opacity": 1, "line": {"width": 0}, **scale}
    hover = "<b>%{text}</b><br>" + _HOVER
    options = {"mode": "markers", "hovertemplate": hover, "showlegend": False}
    return go.Scatter3d(x=[], y=[], z=[], meta="selected", marker=marker, **options)


def _ring_trace() -> go.Scatter3d:
    """The ring around the chosen point."""
    marker = {"symbol": "circle-open", "size": 14, "color": ACCENT, "line": {"width": 4}}
    options = {"mode": "markers", "hoverinfo": "skip", "showlegend": False}
    return go.Scatter3d(x=[], y=[], z=[], marker=marker, **options)


def _size(projection: Projection) -> float:
    return 2.5 if len(projection.embedding) > 3000 else 4


def _layout(projection: Projection) -> dict[str, Any]:
    spec = projection.spec
    names = spec.method.axis_names(spec.n_components, spec.space, projection.explained_variance)
    # Where coordinates mean nothing, nobody shall read numbers.
    meaningful = spec.method.linear
    shown = dict.fromkeys(("showticklabels", "zeroline", "showgrid"), meaningful)
    axes: list[dict[str, Any]] = [
        {"title": {"text": name}, "range": _range(places), **shown}
        for name, places in zip(names, projection.embedding.T, strict=True)
    ]
    margin = {"l": 0, "r": _BESIDE, "t": 30, "b": 0, "autoexpand": False}
    return {"margin": margin, "uirevision": spec.hash, "scene": _scene(axes)}


def _scene(axes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the room of a plot in 3-D: its axes, a floor, and a camera that fits the data."""
    seen = {"showgrid": True, "showline": True, "zeroline": False, "showspikes": False}
    names = ("xaxis", "yaxis", "zaxis")
    scene: dict[str, Any] = {
        name: {**axis, **seen, "showbackground": name == "zaxis"}  # a floor, and no walls
        for name, axis in zip(names, axes, strict=True)
    }
    # Plotly's own equal scale, aspectmode "data", changes a little with the classes shown.
    spans = np.array([high - low for low, high in (axis["range"] for axis in axes)])
    ratio = spans / spans.mean()
    scene |= {"aspectmode": "manual", "aspectratio": dict(zip("xyz", ratio.tolist(), strict=True))}
    # As far away as the whole box needs, with its axes.
    eye = _FROM / np.linalg.norm(_FROM) * _AWAY * np.linalg.norm(ratio)
    camera = {"eye": dict(zip("xyz", eye.tolist(), strict=True)), "center": _CENTER}
    return {**scene, "camera": camera}


def _range(places: np.ndarray) -> list[float]:
    """Ends of an axis that shows all places, also while some points are hidden."""
    low, high = float(places.min()), float(places.max())
    padding = 0.04 * max(high - low, 1e-6)
    return [low - padding, high + padding]
