"""The colours of all figures: of classes, of numbers, of what is chosen."""

from plotly.colors import sequential

# Petroff 2021, "Accessible color sequences for data visualization": ten colours that stay apart
# for colour-blind eyes and in grey.
CLASS_COLORS = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
ACCENT = "#e8467c"
SCALE = "Viridis"
# Its colours, evenly spaced, as #rrggbb.
SCALE_COLORS = tuple(sequential.Viridis)


def class_color(index: int) -> str:
    """Return the colour of a class, the same in every figure."""
    return CLASS_COLORS[index % len(CLASS_COLORS)]
