"""The scores of the clusterings that were looked at, as a table to sort and to keep."""

from typing import Any

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.clustering.metrics import FIT_SCORES, SCORES
from explorer.clustering.preprocessing import SCALING_TITLES
from explorer.clustering.spec import SPLIT_TITLES, ClusteringSpec
from explorer.core import memory, spaces
from explorer.core.params import parameters
from explorer.ui.shared import clusterings
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.text import plain

_OF = {
    "classes": "Against the labels of {n:,} images. ",
    "shape": "Of the clusters' shape, without labels, measured among the points as they come in "
    "(the column Space), before scaling, PCA and UMAP. ",
    "fit": "",
}
_WIDTH = 88
_COLUMNS = {**SCORES, **{name: score for name, score in FIT_SCORES.items() if name not in SCORES}}
_MAIN = ("accuracy", "purity", "nmi", "ari")  # of the headline


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the table: this run first, then the last ones."""
    runs = clusterings.seen(checkpoint)
    shown = (view, *(run for run in runs if run.spec.hash != view.spec.hash))
    st.dataframe(
        _table(shown),
        hide_index=True,
        placeholder="–",
        height=min(35 * (len(shown) + 1) + 3, 290),
        column_config=_column_config(view),
        key="scores",
    )
    text, button = st.columns([5, 1], vertical_alignment="center")
    text.caption(
        "The first row is what the maps show, below it is what was looked at before. Click a "
        "column to sort by it; point at its name for what it means and where it was measured."
    )
    button.download_button(
        "CSV",
        lambda: _csv(shown),
        f"{checkpoint.name}-clusterings.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    if (starts := view.run.clustering.starts) is not None:
        st.caption(started(starts, view.spec))
    for reason, names in _by_reason(view.run.scores.reasons).items():
        st.caption(f":material/info: Not defined here: {', '.join(names)}. {plain(reason)}")


def _by_reason(reasons: dict[str, str]) -> dict[str, list[str]]:
    """Return the titles of the scores that are not defined, by why."""
    found: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        found.setdefault(reason, []).append(SCORES[name].title)
    return found


def started(starts: np.ndarray, spec: ClusteringSpec) -> str:
    """Return in a sentence how the starts of a clustering differ; nothing of it knows classes."""
    reached, agreement = starts.T
    what = "inertia" if "inertia" in spec.method.measures else "mean log-likelihood"
    return (
        f":material/replay: {len(starts)} starts: {what} {reached.min():,.6g} to "
        f"{reached.max():,.6g}; their clusters agree with those that were kept (the best) with an "
        f"adjusted Rand index of {agreement.min():.2f} to {np.sort(agreement)[-2]:.2f}: 1 is the "
        "same clusters, and far below it another start is another result."
    )


def headline(view: ClusterView) -> str:
    """Return the main scores in a line."""
    scores = view.run.scores
    parts = [f"**{view.spec.describe()}**"]
    if view.spec.method.k is None:
        found = f"{scores.n_clusters} clusters"
        none = f", {scores.noise_share:.0%} in none" if view.spec.method.leaves_noise else ""
        parts.append(found + none)
    for name in _MAIN:
        value, title = scores[name], SCORES[name].title
        if value is not None:
            parts.append(f"{title if title.isupper() else title.lower()} **{value:.3f}**")
    if scores["silhouette"] is not None:
        parts.append(
            f"silhouette **{scores['silhouette']:.3f}** ({spaces.TITLES[scores.space].lower()}, "
            f"{scores.silhouette_sample:,} points, seed {scores.silhouette_seed})"
        )
    if not view.run.clustering.converged:
        parts.append("the fit ended before it converged: allow more iterations")
    return " · ".join(parts)


@memory.keep(256)
def _table(views: tuple[ClusterView, ...]) -> Any:
    """Return a row per clustering, with the columns as they are shown: a PyArrow table."""
    import pyarrow as pa

    return pa.Table.from_pylist(_rows(views))


def _csv(views: tuple[ClusterView, ...]) -> bytes:
    import pandas as pd

    table = pd.DataFrame(_rows(views))
    return bytes(table.to_csv(index=False).encode())


def _rows(views: tuple[ClusterView, ...]) -> list[dict[str, Any]]:
    """Return a row per clustering; without labels none has a score against classes."""
    rows = [_row(view, position) for position, view in enumerate(views)]
    of_classes = {score.heading for score in SCORES.values() if score.of == "classes"}
    known = {name for row in rows for name, value in row.items() if value is not None}
    return [
        {name: value for name, value in row.items() if name in known or name not in of_classes}
        for row in rows
    ]


def _row(view: ClusterView, position: int) -> dict[str, Any]:
    spec, scores = view.spec, view.run.scores
    found = view.run.clustering
    values = {**vars(found), **scores.by_name}
    return {
        "Run": "this" if position == 0 else f"−{position}",
        "Clustering": spec.describe(),
        "Space": spaces.TITLES[spec.space],
        "Options": _options(spec),
        **{score.heading: values[name] for name, score in _COLUMNS.items()},
        "Clusters found": scores.n_clusters,
        "In no cluster": scores.noise_share,
        "Sample": scores.silhouette_sample,
        "Sample seed": scores.silhouette_seed,
        "Images": scores.n_points,
        "Seconds": round(found.seconds, 2),
    }


def _options(spec: ClusteringSpec) -> str:
    parts = [f"found on {SPLIT_TITLES[spec.fit_on]}"]
    if spec.code != "mean":
        parts.append("codes sampled")
    if spec.scaling != "none":
        parts.append(SCALING_TITLES[spec.scaling])
    if spec.pca:
        parts.append(f"PCA {spec.pca}")
    if spec.noise:
        parts.append(f"noise {spec.noise:g}")
    parts += [
        f"{parameter.title.lower()} {getattr(spec.method, parameter.name)}"
        for parameter in parameters(type(spec.method))
        if parameter.name != "n_clusters"  # it is beside the method's title
        and (
            parameter.name == spec.method.size
            or getattr(spec.method, parameter.name) != parameter.default
        )
    ]
    parts.append(f"seed {spec.seed}")
    return ", ".join(parts)


def _column_config(view: ClusterView) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    n = view.run.scores.n_points
    config: dict[str, Any] = {
        score.heading: number(
            format=score.format, help=_OF[score.of].format(n=n) + score.caption, width=_WIDTH
        )
        for score in _COLUMNS.values()
    }
    config["Run"] = st.column_config.TextColumn(pinned=True, width=55)
    config["Clustering"] = st.column_config.TextColumn(pinned=True, width=180)
    config["Options"] = st.column_config.TextColumn(width=205)
    config["In no cluster"] = number(format="percent", help="Points that are left out as noise.")
    config["Sample"] = number(help="How many points the silhouette was computed on.")
    config["Sample seed"] = number(help="With which these points were drawn.")
    return config
