"""The ordinary way: one Plotly figure of a checkpoint's t-SNE, and nothing else."""

import plotly.graph_objects as go
import streamlit as st

from explorer import checkpoints, datasets
from explorer.projection.spec import ProjectionSpec
from explorer.projection.tsne import TSNE
from explorer.runs.projections import ProjectionRequest


@st.cache_resource
def _figure():  # type: ignore[no-untyped-def]
    checkpoint = checkpoints.get("fashion-vae-mlp-z10")
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(TSNE())).get()
    labels = checkpoint.codes().labels[view.indices]
    figure = go.Figure()
    for label, name in enumerate(datasets.info(checkpoint.dataset).class_names):
        x, y = view.embedding[labels == label].T
        figure.add_scattergl(x=x, y=y, name=name, mode="markers", marker_size=4)
    return figure


st.set_page_config(layout="wide")
st.plotly_chart(_figure(), on_select="rerun", height=560)
