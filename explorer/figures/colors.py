"""The colours of all figures: of classes, of numbers, of what is chosen."""

import numpy as np
from plotly.colors import cyclical, sequential

from explorer.core.memory import keep

# Petroff 2021, "Accessible color sequences for data visualization": ten colours that stay apart
# for colour-blind eyes and in grey.
CLASS_COLORS = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
ACCENT = "#e8467c"
# Colour scales of numbers, evenly spaced, as #rrggbb.
SCALE_COLORS = tuple(sequential.Viridis)
# Of numbers that begin again, as angles do: cmocean's "phase" (Thyng et al. 2016), about equally
# light all around.
CYCLE_COLORS = tuple(
    "#{:02x}{:02x}{:02x}".format(*map(int, color[4:-1].split(","))) for color in cyclical.Phase
)
# Of hues themselves: from red over green and blue to red.
HUE_COLORS = ("#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff", "#ff0000")
_MOST = 512  # colours of classes, before they begin again
_LIGHT = (0.42, 0.86)  # Oklab lightness that is seen on light and on dark backgrounds


def class_color(index: int) -> str:
    """Return the colour of a class, the same in every figure: #rrggbb.

    The first ten stay apart for everybody. Those after them are as far from all before as may be,
    and none comes twice among the first 512; beyond about twenty, names tell them apart.
    """
    if index < len(CLASS_COLORS):
        return CLASS_COLORS[index]
    return _further()[index % _MOST]


@keep(1)
def _further() -> tuple[str, ...]:
    """Return `_MOST` colours, each the farthest from all before it (Glasbey et al. 2007)."""
    steps = np.arange(0, 256, 15)
    rgb = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    lab = _oklab(rgb)
    seen = (lab[:, 0] > _LIGHT[0]) & (lab[:, 0] < _LIGHT[1])
    rgb, lab = rgb[seen], lab[seen]
    colors = list(CLASS_COLORS)
    taken = _oklab(np.array([_rgb(color) for color in (*colors, ACCENT)]))
    distance = np.full(len(lab), np.inf)
    for color in taken:
        distance = np.minimum(distance, ((lab - color) ** 2).sum(axis=1))
    while len(colors) < _MOST:
        best = int(distance.argmax())
        colors.append("#{:02x}{:02x}{:02x}".format(*rgb[best].tolist()))
        distance = np.minimum(distance, ((lab - lab[best]) ** 2).sum(axis=1))
    return tuple(colors)


def _rgb(color: str) -> list[int]:
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def _oklab(rgb: np.ndarray) -> np.ndarray:
    """Return Oklab (Ottosson 2020), distances as people see them, (n, 3), of (n, 3) in 0 … 255."""
    value = rgb / 255
    linear = np.where(value > 0.04045, ((value + 0.055) / 1.055) ** 2.4, value / 12.92)
    cones = np.cbrt(
        linear
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    lab: np.ndarray = cones @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )
    return lab
