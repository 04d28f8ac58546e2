"""What the user has chosen: one selection that follows from page to page, and lives in the URL."""

import secrets

import streamlit as st

from explorer import checkpoints
from explorer.checkpoints import Checkpoint

CHECKPOINT = "checkpoint"
POINT = "point"
DEFAULT_CHECKPOINT = "fashion-vae-mlp-z10"


def checkpoint() -> Checkpoint | None:
    """Return the chosen checkpoint, or None if there is none that can be opened."""
    name = st.session_state.get(CHECKPOINT)
    return checkpoints.get(name) if name else None


def point(n: int) -> int | None:
    """Return the index of the chosen test image, or None; `n` is how many there are."""
    try:
        index = int(st.query_params.get(POINT, ""))
    except ValueError:
        return None
    return index if 0 <= index < n else None


def choose_point(index: int | None) -> None:
    """Choose a test image by its index, on every page and in the URL; None chooses none."""
    if index is not None:
        st.query_params[POINT] = str(index)
    elif POINT in st.query_params:
        del st.query_params[POINT]


def owner() -> str:
    """Return what names this session among those that submit jobs."""
    return str(st.session_state.setdefault("owner", secrets.token_hex(4)))
