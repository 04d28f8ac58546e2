"""Clusterings, confusion matrices and sweeps to Plotly figures."""

import colorsys
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.clustering import NOISE
from explorer.clustering.confusion import Confusion, Profile
from explorer.clustering.sweep import Sweep
from explorer.figures import ACCENT, Group, class_color, to_json
from explorer.figures.words import plain
from explorer.projection import Projection

NOISE_COLOR = "#9aa0a8"
_SHADES = (0.0, 0.40, -0.35, 0.65, -0.55)  # towards white, towards black


def cluster_colors(profile: Profile) -> list[str]:
    """Return a colour for each cluster, shape (k,).

    A cluster has the colour of its most frequent class. Where several share one, the largest has
    it, and the others have other shades of it.
    """
    colors = [NOISE_COLOR] * len(profile.sizes)
    taken: dict[int, int] = {}
    for cluster in np.argsort(-profile.sizes, kind="stable"):
        label = int(profile.majority[cluster])
        if label >= 0:
            number = taken[label] = taken.get(label, -1) + 1
            colors[cluster] = _shade(class_color(label), _SHADES[number % len(_SHADES)])
    return colors


def compact(figure: go.Figure) -> str:
    """Return a scatter plot for half the usual width, without legend, as JSON."""
    # With room for a colour bar.
    margin = {"l": 0, "r": 4, "t": 28, "b": 0, "autoexpand": True}
    figure.update_layout(showlegend=False, margin=margin)
    return to_json(figure)


def groups(
    labels: np.ndarray, names: Sequence[str], colors: Sequence[str], order: Sequence[int]
) -> list[Group]:
    """Return the clusters as groups of points, noise first and faint.

    Args:
        labels: Cluster of each point that is drawn, shape (n,), or `NOISE`.
        names: Of each cluster, shape (k,).
        colors: Of each cluster, shape (k,).
        order: Clusters in the order of the legend.
    """
    noise = Group("in no cluster", NOISE_COLOR, labels == NOISE, 0.35)
    return [noise, *(Group(names[c], colors[c], labels == c) for c in order if c != NOISE)]


def add_centroids(figure: go.Figure, places: np.ndarray) -> None:
    """Mark centroids, (k, 3), by crosses; NaN is no place."""
    # As annotations they stay in front: most centroids lie deep within the points.
    seen = np.isfinite(places).all(axis=1)
    crosses = [
        {**dict(zip("xyz", map(float, place), strict=True)), "text": "✖", "showarrow": False}
        for place in places[seen]
    ]
    font = {"size": 20 if len(crosses) <= 30 else 12}
    figure.update_layout(scene={"annotations": [{**cross, "font": font} for cross in crosses]})


def confusion(
    matched: Confusion, class_names: Sequence[str], columns: Sequence[str], what: str
) -> go.Figure:
    """Draw classes against clusters or predictions.

    The first entry of a cell's customdata is its number, row × columns + column.

    Args:
        matched: What is drawn.
        class_names: Name of each class.
        columns: Name of each column.
        what: What the columns are, below the axis.
    """
    counts, shares = matched.counts, matched.row_share
    n_rows, n_columns = counts.shape
    rows = [plain(class_names[label]) if label >= 0 else "none" for label in matched.classes]
    columns = [plain(column) for column in columns]
    cells = np.arange(counts.size).reshape(counts.shape)
    custom = [
        [[int(cells[i, j]), int(counts[i, j]), columns[j]] for j in range(n_columns)]
        for i in range(n_rows)
    ]
    strong = ACCENT.lstrip("#")
    rgb = ",".join(str(int(strong[i : i + 2], 16)) for i in (0, 2, 4))
    heat = go.Heatmap(
        z=shares.tolist(),
        customdata=custom,
        colorscale=[[0, f"rgba({rgb},0.03)"], [1, f"rgba({rgb},1)"]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[rows[i]] * n_columns for i in range(n_rows)],
        hovertemplate=(
            f"<b>%{{text}}</b> in {what} <b>%{{customdata[2]}}</b><br>%{{customdata[1]:,}} images, "
            "%{z:.1%} of the class<extra></extra>"
        ),
    )
    figure = go.Figure(heat)
    readable = n_columns <= 20
    annotations = [
        {"x": j, "y": i, "text": f"{counts[i, j]:,}", "showarrow": False, "font": {"size": 14}}
        for i in range(n_rows)
        for j in range(n_columns)
        if readable and counts[i, j]
    ]
    figure.update_layout(
        annotations=annotations,
        dragmode=False,
        margin={"l": 4, "r": 4, "t": 4, "b": 36},
        xaxis={
            "title": {"text": what, "standoff": 6},
            "tickmode": "array",
            "tickvals": list(range(n_columns)) if readable else [],
            "ticktext": list(columns) if readable else [],
            "tickangle": 0 if max(map(len, columns), default=0) < 4 else -40,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
        },
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(n_rows)),
            "ticktext": rows,
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
        },
    )
    return figure


def cluster_sizes(
    matched: Confusion, class_names: Sequence[str], columns: Sequence[str]
) -> go.Figure:
    """Draw how many points of which class each cluster has; a bar's index is its cluster.

    Args:
        matched: What is drawn.
        class_names: Name of each class.
        columns: Name of each cluster, in the order of `matched`.
    """
    clusters = [int(cluster) for cluster in matched.clusters]
    x = [plain(column) for column in columns]
    custom = [[cluster] for cluster in clusters]
    totals = matched.counts.sum(axis=0)
    figure = go.Figure(
        [
            go.Bar(
                x=x,
                y=counts,
                name=plain(class_names[label]),
                customdata=custom,
                marker={"color": class_color(int(label)), "line": {"width": 0}},
                text=[f"{total:,}" for total in totals],
                textposition="none",
                hovertemplate=(
                    f"%{{x}}, %{{text}} images<br><b>{plain(class_names[label])}</b>: %{{y:,}}"
                    "<extra></extra>"
                ),
            )
            for label, counts in zip(matched.classes, matched.counts, strict=True)
        ]
    )
    figure.update_layout(
        barmode="stack",
        bargap=0.25 if len(x) < 50 else 0,
        dragmode=False,
        showlegend=False,
        margin={"l": 44, "r": 4, "t": 6, "b": 36},
        xaxis={"type": "category", "title": {"text": "cluster"}, "fixedrange": True, "nticks": 20},
        yaxis={"title": {"text": "images"}, "fixedrange": True, "nticks": 5},
    )
    return figure


def sweep_curves(sweep: Sweep) -> go.Figure:
    """Draw each measure of a sweep against the number of clusters, with the k it speaks for."""
    scores = sweep.spec.scores
    figure = make_subplots(cols=len(scores), horizontal_spacing=0.08)
    for column, (measure, score) in enumerate(scores.items(), 1):
        values = sweep.curve(measure)
        mode = "lines+markers" if len(sweep.spec.ks) <= 60 else "lines"
        curve = go.Scatter(
            x=sweep.ks,
            y=values,
            mode=mode,
            line={"color": class_color(0), "width": 2},
            hovertemplate=f"k = %{{x}}<br>{score.title} %{{y:.4g}}<extra></extra>",
        )
        figure.add_trace(curve, row=1, col=column)
        # While a sweep grows, or where it was stopped, the rest may bend or be better.
        best = sweep.suggestion(measure) if sweep.finished else None
        if best is not None:
            value = float(values[list(sweep.ks).index(best)])
            word = "elbow" if score.bends else "best"
            lowest = not score.higher and not score.bends
            mark = go.Scatter(
                x=[best],
                y=[value],
                mode="markers+text",
                marker={"size": 13, "color": ACCENT, "symbol": "circle-open", "line": {"width": 3}},
                text=[f"{word}: {best}"],
                textposition=f"{'bottom' if lowest else 'top'} center",
                cliponaxis=False,
                hoverinfo="skip",
            )
            figure.add_trace(mark, row=1, col=column)
        low, high = sweep.spec.ks[0], sweep.spec.ks[-1]
        pad = max(1.0, 0.03 * (high - low))
        figure.update_xaxes(
            title_text="number of clusters k", range=[low - pad, high + pad], row=1, col=column
        )
        figure.update_yaxes(title_text=score.title, title_standoff=4, row=1, col=column)
    figure.update_layout(
        showlegend=False, dragmode=False, margin={"l": 56, "r": 12, "t": 24, "b": 40}
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    return figure


def centroid_places(
    projection: Projection, centers: np.ndarray | None, typical: np.ndarray
) -> np.ndarray:
    """Return where crosses stand in a picture, shape (k, 2 or 3); NaN where there is no place.

    On raw axes that is the centroid itself. Other pictures have no place for a point that is no
    image: there it is the place of the cluster's most typical image.

    Args:
        projection: The picture.
        centers: Centroids in the space of the picture, shape (k, d); None if it is another space.
        typical: The most typical image of each cluster, shape (k,), or -1.
    """
    spec = projection.spec
    if spec.data_axes is not None and centers is not None:
        if centers.shape[1] == 1:  # on a line
            return np.hstack([centers, np.zeros_like(centers)]).astype(np.float32)
        return np.asarray(centers[:, list(spec.data_axes)], np.float32)
    places = np.full((len(typical), spec.n_components), np.nan, np.float32)
    position = np.full(1 + max(projection.indices.max(), typical.max()), -1)
    position[projection.indices] = np.arange(len(projection.indices))
    rows = np.where(typical >= 0, position[typical], -1)
    places[rows >= 0] = projection.embedding[rows[rows >= 0]]
    return places


def _shade(color: str, amount: float) -> str:
    """Return a colour that is lighter (amount above 0) or darker (below)."""
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    hue, light, saturation = colorsys.rgb_to_hls(*rgb)
    light = light + amount * (1 - light) if amount > 0 else light * (1 + amount)
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
