"""Bars without a drawing library: a code, and the classes of some points.

The style of the latter is in `explorer/ui/server/style.css`.
"""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer import figures
from explorer.ui.components.frontend import mount


def code_bars(z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> None:
    """Draw a code as bars over the range (mean ± 2 standard deviations) of all codes.

    Args:
        z: Shape (z_dim,).
        mean: Shape (z_dim,), of all codes.
        std: Shape (z_dim,), of all codes.
    """
    numbers = [_short(values) for values in (z, mean - 2 * std, mean + 2 * std)]
    mount({"role": "bars", "z": numbers[0], "low": numbers[1], "high": numbers[2]}, key="code")


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


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
