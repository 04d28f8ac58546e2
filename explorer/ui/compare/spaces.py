"""What is known of two latent spaces: their measures, and their axes as rulers over each other."""

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.core.memory import keep
from explorer.figures.comparison import COLORS
from explorer.latent import comparison
from explorer.latent.comparison import Overlap, Spread
from explorer.latent.neighbors import knn_accuracy, nearest_of_each
from explorer.models.spec import LOSS_UNITS
from explorer.ui.compare import plane
from explorer.ui.compare.form import Choice
from explorer.ui.shared import cached, glossary, naming
from explorer.ui.shared.cached import Key

_MOST_AXES = 16
_OF_CLASSES = (
    "The silhouette is that of 2,000 of them, seed 0; kNN accuracy: 10 nearest codes, each image "
    "left out. Overlap: the share of images whose nearest other code is of another class (N3 of Ho "
    "and Basu, 2002; for many images between the error that no rule avoids and twice that, Cover "
    "and Hart, 1967), and the two classes that share most."
)


def draw(choice: Choice) -> None:
    """Draw the measures of both, their axes, and how much of a plane decodes to the data."""
    models = choice.models
    measures, axes = st.columns([3, 2], gap="medium")
    with measures:
        columns = {each.name: _measures(each) for each in models}
        table = pd.DataFrame(columns).rename_axis("Measure").reset_index()
        st.dataframe(table, hide_index=True, key="compare-measures")
        told = (
            "All of the test images' latent codes. Spread is the root mean square of the standard "
            "deviations: the prior N(0, 1) of a VAE has 1."
        )
        glossary.caption(f"{told} {_OF_CLASSES}" if naming.labelled(models[0]) else told)
    with axes:
        st.html(_rulers(models))
        most = max(each.z_dim for each in models)
        which = f"the first {_MOST_AXES} of {most} axes" if most > _MOST_AXES else "each axis"
        st.caption(
            f"Bars: where 98 % of the codes lie on {which}, all on one scale; ticks: the means."
        )
    plane.draw(choice)


def unit(checkpoint: Checkpoint) -> str:
    """Return the unit of a checkpoint's losses."""
    return LOSS_UNITS[checkpoint.model.loss]


def _measures(checkpoint: Checkpoint) -> dict[str, str]:
    key = cached.key(checkpoint)
    found = _spread(key)
    near = _neighbours(key)
    labels = cached.codes(key).labels
    mixed = None if near is None else comparison.overlap(near[:, 0], labels)
    stats = cached.latent_stats(key)
    metrics = checkpoint.metrics
    loss = metrics.get("test_reconstruction_loss", metrics.get("test_total_loss"))
    kl = metrics.get("test_kl_loss")
    silhouette = found.silhouette
    of_classes = {
        "Silhouette of the classes": "–" if silhouette is None else f"{silhouette:.3f}",
        "Overlap of the classes": "–" if mixed is None else f"{mixed.share:.1%}",
        "Of them most": _pair(checkpoint, mixed),
        "kNN accuracy": "–" if near is None else f"{knn_accuracy(near, labels):.1%}",
    }
    return {
        "Latent dimensions": str(checkpoint.z_dim),
        "Of them active": str(int(stats.active.sum())),
        "Codes from … to": f"{found.low:.1f} … {found.high:.1f}",
        "Spread of the codes": f"{found.deviation:.2f}",
        **(of_classes if naming.labelled(checkpoint) else {}),
        "Reconstruction loss": "–" if loss is None else f"{loss:.1f} {unit(checkpoint)}",
        "KL loss": "–" if kl is None else f"{kl:.1f} nats",
    }


@keep(16)
def _spread(key: Key) -> Spread:
    test = cached.codes(key)
    return comparison.spread(test.latent.z_mean, test.labels)


@keep(16)
def _neighbours(key: Key) -> np.ndarray | None:
    """Return the nearest codes of each code, (n, k); None where there are too few or too many."""
    z = cached.codes(key).latent.z_mean
    if not comparison.NEIGHBOURS < len(z) <= comparison.MOST:
        return None
    return nearest_of_each(z, comparison.NEIGHBOURS)[0]


def _pair(checkpoint: Checkpoint, mixed: Overlap | None) -> str:
    if mixed is None or mixed.pair is None:
        return "–"
    names = datasets.info(checkpoint.dataset).class_names
    a, b = (names[label] for label in mixed.pair)
    return f"{a} / {b}, {mixed.pair_share:.1%}"


def _rulers(models: Sequence[Checkpoint]) -> str:
    """Return the ranges of all axes on one scale, as HTML."""
    codes = [cached.codes(cached.key(each)).latent.z_mean for each in models]
    ends = [np.percentile(z, [1, 99], axis=0) for z in codes]
    low = min(float(each[0].min()) for each in ends)
    high = max(float(each[1].max()) for each in ends)

    def at(value: float) -> float:
        return 100 * (value - low) / ((high - low) or 1)

    rows = []
    for axis in range(min(_MOST_AXES, max(each.z_dim for each in models))):
        bars = ""
        for z, (left, right), color in zip(codes, ends, COLORS, strict=False):
            if axis < z.shape[1]:
                wide = at(float(right[axis])) - at(float(left[axis]))
                mean = at(float(z[:, axis].mean()))
                bars += (
                    f'<div><i style="left:{at(float(left[axis])):.2f}%;width:{max(wide, 0.5):.2f}%;'
                    f'background:{color}"></i><b style="left:{mean:.2f}%"></b></div>'
                )
        rows.append(f"<span>z{axis}</span><div>{bars}</div>")
    scale = f"<span></span><p><span>{low:.1f}</span><span>{high:.1f}</span></p>"
    names = "".join(
        f'<span><i style="background:{color}"></i>{html.escape(each.name)}</span>'
        for each, color in zip(models, COLORS, strict=False)
    )
    alt = f"Ranges of the latent axes, from {low:.1f} to {high:.1f}"
    return (
        f'<div class="explorer-chips">{names}</div>'
        f'<div class="explorer-rulers" role="img" aria-label="{alt}">{"".join(rows)}{scale}</div>'
    )
