"""The images of a data set at a glance: of each class how many there are, and the first ones."""

import base64
import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer import figures
from explorer.core.png import png, sheet

_PER_CLASS = 12
_WITHOUT = 48  # images, where there are no labels
_CLASSES = 10


def draw(
    images: np.ndarray | None,
    labels: np.ndarray,
    counts: Sequence[int],
    class_names: Sequence[str],
) -> None:
    """Draw a row for each of the first classes; without classes, one sheet of images.

    Args:
        images: Shape (n, h, w, c), uint8; a few are read. None: there are none.
        labels: Of these images, shape (n,).
        counts: How many images each class has.
        class_names: Of the classes; without labels empty.
    """
    if not class_names:
        if images is not None:
            st.html(f'<div class="explorer-sheet">{picture(images[:_WITHOUT], 12)}</div>')
        return
    most = max(1, *counts)
    rows = []
    for label, name in enumerate(class_names[:_CLASSES]):
        shown = np.flatnonzero(labels == label)[:_PER_CLASS]
        strip = picture(images[shown], _PER_CLASS) if images is not None and len(shown) else ""
        rows.append(
            f"<tr><th scope=row>{html.escape(name)}</th><td>{counts[label]:,}</td>"
            f'<td><i style="background:{figures.class_color(label)};'
            f'width:{counts[label] / most:.1%}"></i></td><td>{strip}</td></tr>'
        )
    st.html(
        '<table class="explorer-sheet"><caption>Images by class</caption>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    if len(class_names) > _CLASSES:
        st.caption(f"The first {_CLASSES} of {len(class_names)} classes")


def picture(images: np.ndarray, columns: int) -> str:
    """Return images side by side as one element of a page."""
    n, height, _, channels = images.shape
    across = min(n, columns)
    seen = np.full((*images.shape[:3], 4), 255, np.uint8)  # what is between them is seen through
    seen[..., :3] = images if channels == 3 else np.repeat(images, 3, axis=-1)
    one = sheet(seen, across, gap=max(1, height // 16))
    source = base64.b64encode(png(one)).decode()
    return (
        f'<div style="--across:{across}"><img alt="{n} images" '
        f'src="data:image/png;base64,{source}"></div>'
    )
