"""Source B's table on the cluster page: three representations, clean and noisy."""

import pandas as pd
import streamlit as st

from explorer import jobs
from explorer.checkpoints import Checkpoint
from explorer.reproduce import tables
from explorer.reproduce.tables import NOISE, Table
from explorer.ui.cluster.form import SPACE_NAMES
from explorer.ui.shared import job_status
from explorer.ui.shared.clusterings import ClusterView

_TITLES = {
    "davies_bouldin": "Davies-Bouldin ↓",
    "silhouette": "Silhouette ↑",
    "calinski_harabasz": "Calinski-Harabasz ↑",
    "accuracy": "Accuracy",
}
_FORMATS = {"calinski_harabasz": "%.1f"}


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the table, or the button that computes it."""
    noise = st.slider(
        "Noise of the noisy test images (σ)", 0.05, 1.0, NOISE, 0.05, key="table-noise", width=300
    )
    found = tables.cached_representations(checkpoint.name, noise)
    if found is not None:
        _table(found)
        return
    st.caption(
        "Does it help to cluster codes instead of pixels? k-means on the original pixels, the "
        "reconstructions and the latent codes, each scored among its own points, clean and noisy."
    )
    name = f"{checkpoint.name}/representations-{noise:g}"
    job_status.on_demand(
        name,
        lambda: jobs.submit(
            name, tables.representations_job, checkpoint.name, noise, spec={"noise": noise}
        ),
        "Compare the three representations",
    )


def _table(found: Table) -> None:
    table = pd.DataFrame(found.rows)
    table["space"] = table["space"].map(SPACE_NAMES)
    table["noise"] = [f"σ = {noise:g}" if noise else "none" for noise in table["noise"]]
    sources = [name for name in table if name.startswith("source ")]
    if not table[sources].notna().any(axis=None):
        table = table.drop(columns=sources)
    titles = {"space": "Space", "noise": "Noise", "found on": "Found on", **_TITLES}
    titles |= {f"source {name}": f"{title}, source B" for name, title in _TITLES.items()}
    number = st.column_config.NumberColumn
    st.dataframe(
        table.rename(columns=titles),
        hide_index=True,
        key="representations",
        row_height=30,
        column_config={
            titles[f"{prefix}{name}"]: number(format=_FORMATS.get(name, "%.3f"))
            for name in _TITLES
            for prefix in ("", "source ")
        },
    )
    st.caption(" ".join(found.notes))
