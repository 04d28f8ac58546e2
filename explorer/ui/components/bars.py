"""Bars without a drawing library: a code, and the classes of some points.

Their style is in `explorer/ui/server/style.css`.
"""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer import figures

# Numbers below the bars, at most: more would touch each other.
_NUMBERS = 12


def code_bars(z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> None:
    """Draw a code as bars over the range (mean ± 2 standard deviations) of all codes.

    Args:
        z: Shape (z_dim,).
        mean: Shape (z_dim,), of all codes.
        std: Shape (z_dim,), of all codes.
    """
    low, high = mean - 2 * std, mean + 2 * std
    bottom = min(0.0, float(np.min([low, z])))
    top = max(0.0, float(np.max([high, z])))
    span = max(top - bottom, 1e-9)

    def place(start: float, end: float) -> str:
        lower, upper = sorted((float(start), float(end)))
        return f"top:{(top - upper) / span:.2%};height:{(upper - lower) / span:.2%}"

    every = -(-len(z) // _NUMBERS)
    bars = "".join(
        f'<div title="z{axis} = {z[axis]:.2f}; usual {low[axis]:.2f} to {high[axis]:.2f}">'
        f'<i style="{place(low[axis], high[axis])}"></i>'
        f'<b style="background:{figures.ACCENT};{place(0, z[axis])}"></b>'
        f"<span>{axis if axis % every == 0 else ''}</span></div>"
        for axis in range(len(z))
    )
    told = ", ".join(f"{value:.2f}" for value in z)
    st.html(
        f'<div class="explorer-code" role="img" aria-label="Code of the image: {told}">'
        f'<p style="top:0">{_short(top)}</p><p style="top:100%">{_short(bottom)}</p>'
        f'<hr style="top:{top / span:.2%}">{bars}</div>'
    )


def class_counts(counts: np.ndarray, class_names: Sequence[str]) -> None:
    """Draw how many of some points each class has: counts of shape (n_classes,)."""
    most = max(1, int(counts.max(initial=0)))
    rows = "".join(
        f"<span>{html.escape(class_names[label])}</span>"
        f'<i style="background:{figures.class_color(label)};'
        f'width:{counts[label] / most:.1%}"></i><b>{counts[label]:,}</b>'
        for label in np.flatnonzero(counts).tolist()
    )
    st.html(f'<div class="explorer-counts" role="group" aria-label="Points by class">{rows}</div>')


def _short(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
