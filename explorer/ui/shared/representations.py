"""Source B's table: three representations of a checkpoint's images, clean and noisy."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.clustering.metrics import SCORES
from explorer.core import spaces
from explorer.reproduce.tables import NOISE, RepresentationsRequest, Table
from explorer.ui.shared import provide, text

_SCORES = ("davies_bouldin", "silhouette", "calinski_harabasz", "accuracy")


def draw(models: Sequence[Checkpoint]) -> None:
    """Draw the table of some checkpoints; for each that has none yet, the button that computes it.

    Args:
        models: Whose test images are clustered; more than one get a column of names.
    """
    without = [each.name for each in models if not each.model.decodes]
    if without:
        st.caption(
            f"{text.plain(without[0])} has no reconstructions to compare with: its codes were "
            "imported without a model."
        )
        return
    noise = st.slider(
        "Noise of the noisy test images (σ)", 0.05, 1.0, NOISE, 0.05, key="table-noise", width=300
    )
    requests = [RepresentationsRequest(each.name, noise) for each in models]
    found = [provide.find(request) for request in requests]
    tables = [table for table in found if table is not None]
    if tables:
        _table(tables, named=len(models) > 1)
    missing = [request for request, table in zip(requests, found, strict=True) if table is None]
    if missing:
        st.caption(
            "Does it help to cluster codes instead of pixels? k-means on the original pixels, the "
            "reconstructions and the latent codes, each scored among its own points, clean and "
            "noisy."
        )
    for request in missing:
        of = f" of {request.checkpoint}" if len(models) > 1 else ""
        provide.on_demand(request, f"Compare the three representations{of}")


def _table(found: Sequence[Table], named: bool) -> None:
    table = pd.DataFrame(
        [({"model": each.checkpoint} if named else {}) | row for each in found for row in each.rows]
    )
    table["space"] = table["space"].map(spaces.TITLES)
    table["noise"] = [f"σ = {noise:g}" if noise else "none" for noise in table["noise"]]
    sources = [name for name in table if name.startswith("source ")]
    if not table[sources].notna().any(axis=None):
        table = table.drop(columns=sources)
    scores = {name: SCORES[name] for name in _SCORES}
    titles = {"model": "Model", "space": "Space", "noise": "Noise", "found on": "Found on"}
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
    st.caption(" ".join(dict.fromkeys(note for each in found for note in each.notes)))
