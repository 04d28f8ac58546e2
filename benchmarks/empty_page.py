"""A page with a word: what Streamlit itself takes."""

import streamlit as st

st.set_page_config(layout="wide")
st.write("Nothing.")
