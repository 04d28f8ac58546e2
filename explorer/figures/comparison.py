"""Two models' losses side by side, to Plotly figures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from explorer.figures.colors import ACCENT, class_color
from explorer.figures.words import plain

COLORS = (class_color(0), ACCENT)  # of the left and of the right model


def class_losses(errors: Mapping[str, np.ndarray], class_names: list[str], unit: str) -> go.Figure:
    """Draw the mean reconstruction error of each class, a bar for each model.

    Args:
        errors: By the models' names: mean of each class, shape (n_classes,).
        class_names: Name of each class.
        unit: Of the errors.
    """
    figure = go.Figure()
    for (name, means), color in zip(errors.items(), COLORS, strict=True):
        figure.add_bar(
            x=class_names,
            y=means,
            name=name,
            marker_color=color,
            hovertemplate=f"%{{x}}: %{{y:.1f}} {unit}<extra>{name}</extra>",
        )
    figure.update_layout(barmode="group", **_LAYOUT)
    figure.update_yaxes(title=unit, nticks=5)
    return figure


def image_losses(
    errors: Mapping[str, np.ndarray], labels: np.ndarray, class_names: Sequence[str], unit: str
) -> go.Figure:
    """Draw each image's error by one model against that by another; equal errors are a line.

    Args:
        errors: By the names of two models: of each image, shape (n,).
        labels: Class of each image, shape (n,).
        class_names: Name of each class.
        unit: Of the errors.
    """
    (left, x), (right, y) = errors.items()
    # A few outliers do not press all others into a corner: they are a scroll away.
    high = float(max(np.percentile(x, 99.5), np.percentile(y, 99.5)) * 1.08)
    figure = go.Figure()
    for label, name in enumerate(class_names):
        rows = np.flatnonzero(labels == label)
        figure.add_scattergl(
            x=x[rows],
            y=y[rows],
            mode="markers",
            name=plain(name),
            marker={"color": class_color(label), "size": 4, "opacity": 0.6},
            customdata=rows.astype(np.float32)[:, None],
            hovertemplate=f"<b>{plain(name)}</b>, image %{{customdata[0]:,d}}<br>"
            "left %{x:.1f}, right %{y:.1f}<extra></extra>",
        )
    line = {"color": ACCENT, "width": 2, "dash": "dot"}
    ends = [0, max(float(x.max()), float(y.max()))]
    figure.add_scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip")
    # Above the points is room for Plotly's tools.
    figure.update_layout(**_LAYOUT, showlegend=False)
    figure.update_layout(margin={"t": 32})
    figure.update_xaxes(title=f"{plain(left)}, {unit}", range=[0, high], nticks=6)
    figure.update_yaxes(title=f"{plain(right)}, {unit}", range=[0, high], nticks=6)
    return figure


def curves(histories: Mapping[str, pd.DataFrame], unit: str) -> go.Figure:
    """Draw the reconstruction loss of the images that were not trained on, a line for each model.

    Args:
        histories: By the models' names, as in a checkpoint's history.csv.
        unit: Of the losses.
    """
    figure = go.Figure()
    for (name, history), color in zip(histories.items(), COLORS, strict=True):
        column = "val_reconstruction_loss"
        if column not in history:
            column = "val_total_loss"
        figure.add_scatter(
            x=history["epoch"],
            y=history[column],
            name=name,
            mode="lines",
            line={"color": color, "width": 2},
            hovertemplate=f"epoch %{{x}}: %{{y:.2f}} {unit}<extra>{name}</extra>",
        )
    figure.update_layout(**_LAYOUT)
    figure.update_xaxes(title="epoch", nticks=6)
    figure.update_yaxes(title=unit, nticks=5)
    return figure


_LAYOUT = {
    "margin": {"l": 48, "r": 8, "t": 8, "b": 44},
    "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
}
