"""Source B's table on the cluster page: three representations, clean and noisy."""

import pandas as pd
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.clustering.metrics import SCORES
from explorer.core import spaces
from explorer.reproduce.tables import NOISE, RepresentationsRequest, Table
from explorer.ui.shared import provide
from explorer.ui.shared.clusterings import ClusterView

_SCORES = ("davies_bouldin", "silhouette", "calinski_harabasz", "accuracy")


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the table, or the button that computes it."""
    noise = st.slider(
        "Noise of the noisy test images (σ)", 0.05, 1.0, NOISE, 0.05, key="table-noise", width=300
    )
    request = RepresentationsRequest(checkpoint.name, noise)
    found = provide.find(request)
    if found is not None:
        _table(found)
        return
    st.caption(
        "Does it help to cluster codes instead of pixels? k-means on the original pixels, the "
        "reconstructions and the latent codes, each scored among its own points, clean and noisy."
    )
    provide.on_demand(request, "Compare the three representations")


def _table(found: Table) -> None:
    table = pd.DataFrame(found.rows)
    table["space"] = table["space"].map(spaces.TITLES)
    table["noise"] = [f"σ = {noise:g}" if noise else "none" for noise in table["noise"]]
    sources = [name for name in table if name.startswith("source ")]
    if not table[sources].notna().any(axis=None):
        table = table.drop(columns=sources)
    scores = {name: SCORES[name] for name in _SCORES}
    titles = {"space": "Space", "noise": "Noise", "found on": "Found on"}
    titles |= {name: score.heading for name, score in scores.items()}
    titles |= {f"source {name}": f"{score.heading}, source B" for name, score in scores.items()}
    number = st.column_config.NumberColumn
    st.dataframe(
        table.rename(columns=titles),
        hide_index=True,
        placeholder="–",
        key="representations",
        row_height=30,
        column_config={
            titles[f"{prefix}{name}"]: number(format=score.format)
            for name, score in scores.items()
            for prefix in ("", "source ")
        },
    )
    st.caption(" ".join(found.notes))
