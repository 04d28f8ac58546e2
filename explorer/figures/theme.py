"""Figures as JSON. Colours of background, text and grid come from the page's theme."""

from typing import Any

import plotly.graph_objects as go
import plotly.io


def to_json(figure: go.Figure | dict[str, Any]) -> str:
    """Return a figure as JSON."""
    return str(plotly.io.to_json(figure, validate=False))
