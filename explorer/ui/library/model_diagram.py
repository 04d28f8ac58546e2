"""A model that is to be imported, as a picture: its layers from image to code to image."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.figures.colors import ACCENT

_MOST = 40  # bars; of more layers some are left out


def draw(about: Mapping[str, Any], image_shape: Sequence[int]) -> str:
    """Return the drawing as HTML: a bar for each layer, as high as the logarithm of its numbers.

    Args:
        about: What a look found, see `explorer.checkpoints.keras_import.look`.
        image_shape: Of the images that it is looked at with.
    """
    ends = ("image", "", list(image_shape))
    before = [_layer(row) for row in about["encoder"] if row["shape"]]
    behind = [_layer(row) for row in about["decoder"] if row["shape"]]
    code = (str(about["bottleneck"]) or "code", "code", [about["z_dim"]])
    # The code is drawn once, for what makes it and, in a VAE, for what makes its variance.
    before = [bar for bar in before if math.prod(bar[2]) > about["z_dim"]] or before[:-1]
    bars = [ends, *_short(before), code, *_short(behind), ends]
    middle = 1 + len(_short(before))
    most = math.log(1 + max(math.prod(shape) for _, _, shape in bars))
    drawn = []
    for place, (name, kind, shape) in enumerate(bars):
        high = max(0.07, math.log(1 + math.prod(shape)) / most)
        part = "code" if place == middle else "end" if place in (0, len(bars) - 1) else "layer"
        told = " · ".join(filter(None, (name, kind, _size(shape))))
        accent = f";background:{ACCENT}" if part == "code" else ""
        drawn.append(
            f'<i class="{part}" title="{html.escape(told)}" style="height:{high:.1%}{accent}"></i>'
        )
    label = (
        f"Image of {_size(image_shape)}, {len(before)} layers, a code of {about['z_dim']} numbers, "
        f"{len(behind)} layers, image"
    )
    return (
        f'<div class="explorer-split" style="--bars:{len(bars)}">'
        f'<div role="img" aria-label="{html.escape(label)}">{"".join(drawn)}</div>'
        f"<p><span>image<b>{_size(image_shape)}</b></span>"
        f'<span class="code" style="left:{(middle + 0.5) / len(bars):.1%}">code'
        f"<b>{about['z_dim']}</b></span>"
        f"<span>image<b>{_size(image_shape)}</b></span></p></div>"
    )


def _layer(row: Mapping[str, Any]) -> tuple[str, str, list[int]]:
    return str(row["name"]), str(row["kind"]), [int(size) for size in row["shape"]]


def _short(bars: list[tuple[str, str, list[int]]]) -> list[tuple[str, str, list[int]]]:
    if len(bars) <= _MOST // 2:
        return bars
    every = math.ceil(len(bars) / (_MOST // 2))
    return bars[::every]


def _size(shape: Sequence[int]) -> str:
    return " × ".join(f"{size:,}" for size in shape)
