"""The figures that the sources published, and ours beside them, on the cluster page."""

import pandas as pd
import streamlit as st

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.core import spaces
from explorer.reproduce import measure
from explorer.ui.shared.clusterings import ClusterView

_VERDICTS = {True: "as good or better", False: "falls short", None: "–"}


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the registry of published figures as a table, those of the data in sight first."""
    rows = measure.kept()
    if not rows:
        st.caption("Nothing was measured here yet: `python -m explorer reproduce all --write …`.")
        return
    rows = sorted(rows, key=lambda row: row["data"] != checkpoint.dataset)
    table = pd.DataFrame(
        {
            "Source": row["source"],
            "Figure": row["figure"],
            "Data": datasets.info(row["data"]).title,
            "Space": spaces.TITLES[row["space"]],
            "Published": row["published"],
            "Here": row["ours"],
            "±": row["spread"],
            "Verdict": _VERDICTS[row["beaten"]],
            "How": row["protocol"],
            "Why": "" if row["beaten"] else row["why"],
            "Command": row["command"],
        }
        for row in rows
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        height=330,
        key="published",
        column_config={
            "Verdict": text(width=120),
            "How": text(width=220),
            "Why": text(width=260),
            "Published": number(format="%.4g"),
            "Here": number(format="%.4g", help="Mean over the seeds."),
            "±": number(format="%.2g", help="Standard deviation over the seeds, or the starts."),
        },
    )
    st.caption(
        "What the sources published, and what comes out here; `python -m explorer reproduce` "
        "measures all of it anew, and docs/RESULTS.md tells more."
    )
