"""What latent dimensions tell of known factors, to a Plotly figure."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.figures.colors import ACCENT
from explorer.figures.words import plain

_MOST_TEXTS = 12  # dimensions whose cells are still wide enough for a number


def heat_map(information: np.ndarray, factors: Sequence[str]) -> go.Figure:
    """Draw factors against dimensions.

    Args:
        information: Normalised mutual information, shape (k, d), in [0, 1].
        factors: Name of each factor.
    """
    rgb = ",".join(str(int(ACCENT[i : i + 2], 16)) for i in (1, 3, 5))
    figure = go.Figure(
        go.Heatmap(
            z=information,
            x=[f"z{j}" for j in range(information.shape[1])],
            y=[plain(name) for name in factors],
            zmin=0,
            zmax=1,
            colorscale=[[0, f"rgba({rgb},0)"], [1, f"rgba({rgb},0.85)"]],
            texttemplate="%{z:.2f}" if information.shape[1] <= _MOST_TEXTS else None,
            hovertemplate="%{y} from %{x}: %{z:.3f}<extra></extra>",
            colorbar={"title": "I / H", "thickness": 12},
            xgap=1,
            ygap=1,
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8, "autoexpand": True})
    figure.update_xaxes(type="category", automargin=True)
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure
