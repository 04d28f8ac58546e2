"""Results to Plotly figures."""

from explorer.figures.scatter import (
    ACCENT,
    CLASS_COLORS,
    Group,
    class_color,
    class_counts,
    code_bars,
    frame,
    scatter_by_class,
    scatter_by_group,
    scatter_by_value,
    to_json,
)

__all__ = [
    "ACCENT",
    "CLASS_COLORS",
    "Group",
    "class_color",
    "class_counts",
    "code_bars",
    "frame",
    "scatter_by_class",
    "scatter_by_group",
    "scatter_by_value",
    "to_json",
]
