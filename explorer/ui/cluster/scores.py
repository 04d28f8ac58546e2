"""The scores of the clusterings that were looked at, as a table to sort and to keep."""

from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import PARAMETERS, ClusteringSpec
from explorer.ui.cluster.form import METHOD_NAMES, SPACE_NAMES
from explorer.ui.shared import clusterings
from explorer.ui.shared.clusterings import ClusterView

_AGAINST = "Against the labels of the {n:,} test images. "
_SHAPE = (
    "Of the clusters' shape, without labels, measured among the points as they come in (the column "
    "Space), before scaling, PCA and UMAP. "
)
_WIDTH = 88
# Name on the page, how it is explained, and how it is written.
_COLUMNS = {
    "accuracy": ("Accuracy", _AGAINST + "Share of images whose cluster is matched to their "
                 "class, one to one (Hungarian method).", "%.3f"),
    "purity": ("Purity", _AGAINST + "Share of images of the most frequent class of their cluster: "
               "the mean over clusters, weighted by size.", "%.3f"),
    "purity_macro": ("Mean purity", _AGAINST + "The mean over clusters of the share of "
                     "their most frequent class; each cluster counts the same.", "%.3f"),
    "nmi": ("NMI", _AGAINST + "Normalised mutual information: 1 if clusters are the classes.",
            "%.3f"),
    "ari": ("ARI", _AGAINST + "Adjusted Rand index: 0 by chance, 1 if clusters are the classes.",
            "%.3f"),
    "homogeneity": ("Homogeneity", _AGAINST + "1 if each cluster holds one class only.", "%.3f"),
    "completeness": ("Completeness", _AGAINST + "1 if each class lies in one cluster only.",
                     "%.3f"),
    "silhouette": ("Silhouette ↑", _SHAPE + "From −1 to 1; on a sample of points, see the columns "
                   "Sample and Sample seed.", "%.3f"),
    "davies_bouldin": ("Davies-Bouldin ↓", _SHAPE + "From 0 up, lower is better. All points.",
                       "%.3f"),
    "calinski_harabasz": ("Calinski-Harabasz ↑", _SHAPE + "From 0 up, higher is better. All "
                          "points.", "%.1f"),
    "inertia": ("Inertia ↓", _SHAPE + "Sum of the squared distances to the cluster's mean. All "
                "points.", "%.4g"),
    "bic": ("BIC ↓", "Of a Gaussian mixture, in the space where it was fitted.", "%.5g"),
    "aic": ("AIC ↓", "Of a Gaussian mixture, in the space where it was fitted.", "%.5g"),
}  # fmt: skip


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the table: this run first, then the last ones."""
    runs = clusterings.seen(checkpoint)
    runs = [view, *(run for run in runs if run.spec.hash != view.spec.hash)]
    table = scores_table(runs)
    st.dataframe(
        table,
        hide_index=True,
        height=min(35 * (len(table) + 1) + 3, 290),
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
        table.to_csv(index=False).encode(),
        f"{checkpoint.name}-clusterings.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    for name, reason in view.run.scores.reasons.items():
        label = _COLUMNS[name][0].rstrip(" ↑↓")
        st.caption(f":material/info: {label} is not defined here: {reason}")


def headline(view: ClusterView) -> str:
    """Return the main scores in a line."""
    scores = view.run.scores
    parts = [f"**{describe(view.spec)}**"]
    if view.spec.method == "hdbscan":
        parts.append(f"{scores.n_clusters} clusters, {scores.noise_share:.0%} in none")
    for value, name in (
        (scores.accuracy, "accuracy"),
        (scores.purity, "purity"),
        (scores.nmi, "NMI"),
        (scores.ari, "ARI"),
    ):
        if value is not None:
            parts.append(f"{name} **{value:.3f}**")
    if scores.silhouette is not None:
        parts.append(
            f"silhouette **{scores.silhouette:.3f}** ({SPACE_NAMES[scores.space].lower()}, "
            f"{scores.silhouette_sample:,} points, seed {scores.silhouette_seed})"
        )
    if not view.run.clustering.converged:
        parts.append("the fit ended before it converged: allow more iterations")
    return " · ".join(parts)


def describe(spec: ClusteringSpec) -> str:
    """Return a method and its number of clusters."""
    number = "" if spec.method == "hdbscan" else f", k = {spec.n_clusters}"
    return f"{METHOD_NAMES[spec.method]}{number}"


def scores_table(views: list[ClusterView]) -> pd.DataFrame:
    """Return a row per clustering, with the columns as they are shown."""
    return pd.DataFrame([_row(view, position) for position, view in enumerate(views)])


def _row(view: ClusterView, position: int) -> dict[str, Any]:
    spec, scores = view.spec, view.run.scores
    found = view.run.clustering
    values = {**asdict(scores), "bic": found.bic, "aic": found.aic}
    return {
        "Run": "this" if position == 0 else f"−{position}",
        "Clustering": describe(spec),
        "Space": SPACE_NAMES[spec.space],
        "Options": _options(spec),
        **{title: values[name] for name, (title, _, _) in _COLUMNS.items()},
        "Clusters found": scores.n_clusters,
        "In no cluster": scores.noise_share,
        "Sample": scores.silhouette_sample,
        "Sample seed": scores.silhouette_seed,
        "Images": scores.n_points,
        "Seconds": round(found.seconds, 2),
    }


def _options(spec: ClusteringSpec) -> str:
    parts = [f"found on {spec.fit_on}"]
    if spec.scaling != "none":
        parts.append(spec.scaling)
    if spec.pca:
        parts.append(f"PCA {spec.pca}")
    if spec.noise:
        parts.append(f"noise {spec.noise:g}")
    if "covariance_type" in PARAMETERS[spec.method]:
        parts.append(spec.covariance_type)
    if "n_init" in PARAMETERS[spec.method]:
        parts.append(f"{spec.n_init} starts")
    parts.append(f"seed {spec.seed}")
    return ", ".join(parts)


def _column_config(view: ClusterView) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    n = view.run.scores.n_points
    config: dict[str, Any] = {
        title: number(format=form, help=text.format(n=n), width=_WIDTH)
        for title, text, form in _COLUMNS.values()
    }
    config["Run"] = st.column_config.TextColumn(pinned=True, width=55)
    config["Clustering"] = st.column_config.TextColumn(pinned=True, width=180)
    config["Options"] = st.column_config.TextColumn(width=205)
    config["In no cluster"] = number(format="percent", help="Points that HDBSCAN calls noise.")
    config["Sample"] = number(help="How many points the silhouette was computed on.")
    config["Sample seed"] = number(help="With which these points were drawn.")
    return config
