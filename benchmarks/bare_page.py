"""The ordinary way: one Plotly figure of a checkpoint's t-SNE, and nothing else."""

import streamlit as st

from explorer import checkpoints, datasets, figures
from explorer.projection.spec import ProjectionSpec
from explorer.projection.tsne import TSNE
from explorer.runs.projections import ProjectionRequest


@st.cache_resource
def _figure():  # type: ignore[no-untyped-def]
    checkpoint = checkpoints.get("fashion-vae-mlp-z10")
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(TSNE())).get()
    test = checkpoint.codes()
    names = datasets.info(checkpoint.dataset).class_names
    return figures.scatter_by_class(view, test.labels, test.reconstruction_error, names)


st.set_page_config(layout="wide")
st.plotly_chart(_figure(), on_select="rerun", height=560)
