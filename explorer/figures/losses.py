"""A training's losses to Plotly figures."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.colors import ACCENT, class_color

_TRAINING = class_color(0)
PANELS = {
    "reconstruction_loss": "Reconstruction loss",
    "kl_loss": "KL loss",
    "total_loss": "Total loss",
}


def loss_curves(history: pd.DataFrame, epochs: int, validated_on: str, unit: str) -> go.Figure:
    """Draw the losses of training and validation, a panel for each part that the history has.

    Args:
        history: A row per epoch, as in a checkpoint's history.csv.
        epochs: How many there will be.
        validated_on: What the `val_` losses are of, in the legend.
        unit: Of the losses.
    """
    parts = [name for name in PANELS if name in history] or ["total_loss"]
    if "kl_loss" not in parts and "reconstruction_loss" in parts:
        # Without another term the total is the reconstruction.
        same = (history["total_loss"] - history["reconstruction_loss"]).abs().max() < 1e-3
        parts = parts[:1] if same else parts
    figure = make_subplots(1, len(parts), subplot_titles=[PANELS[name] for name in parts])
    for column, name in enumerate(parts, 1):
        for key, title, color in (
            (name, "training images", _TRAINING),
            (f"val_{name}", validated_on, ACCENT),
        ):
            if key in history:
                figure.add_scatter(
                    x=history["epoch"],
                    y=history[key],
                    name=title,
                    legendgroup=title,
                    showlegend=column == 1,
                    # A line of one point is not seen.
                    mode="lines+markers" if len(history) < 25 else "lines",
                    line={"color": color, "width": 2},
                    marker={"size": 5},
                    hovertemplate=f"epoch %{{x}}: %{{y:.2f}} {unit}<extra>{title}</extra>",
                    row=1,
                    col=column,
                )
    # Of a long training that has just begun, its beginning.
    end = min(epochs, max(10, 2 * len(history))) if len(history) < epochs else len(history)
    ticks = {"dtick": 1} if end <= 6 else {"nticks": 6}
    figure.update_xaxes(range=[0.5, end + 0.5], **ticks)
    figure.update_yaxes(nticks=5)
    figure.update_annotations(font_size=14)
    figure.update_layout(
        margin={"l": 36, "r": 8, "t": 24, "b": 44},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.14, "yanchor": "top"},
        hovermode="x unified" if len(history) > 1 else "closest",
    )
    return figure
