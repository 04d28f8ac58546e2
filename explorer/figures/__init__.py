"""Results to Plotly figures."""

from explorer.figures.colors import (
    ACCENT,
    CLASS_COLORS,
    CYCLE_COLORS,
    HUE_COLORS,
    SCALE_COLORS,
    class_color,
)
from explorer.figures.scatter import (
    Group,
    scatter_by_class,
    scatter_by_group,
    scatter_by_value,
    unfinished,
)
from explorer.figures.theme import to_json

__all__ = [
    "ACCENT",
    "CLASS_COLORS",
    "CYCLE_COLORS",
    "HUE_COLORS",
    "SCALE_COLORS",
    "Group",
    "class_color",
    "scatter_by_class",
    "scatter_by_group",
    "scatter_by_value",
    "to_json",
    "unfinished",
]
