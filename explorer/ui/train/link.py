"""What a link to the train page holds: the preset to begin with, and what differs from it."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.params import Parameter

# Widgets, session state and links have the same names.
key = "train-{}".format


def read(name: str, allowed: Parameter | Collection[str] | None = None) -> Any:
    """Return what the link says of an option, or None if it says nothing that can be asked for.

    Args:
        name: Of the option.
        allowed: Its parameter, or the texts that it may have; None: any text.
    """
    text = st.query_params.get(key(name))
    if text is None or allowed is None:
        return text
    if not isinstance(allowed, Parameter):
        return text if text in allowed else None
    try:
        return allowed.checked(text if allowed.kind is str else allowed.kind(text))
    except (ValueError, ExplorerError):
        return None


def write(options: Mapping[str, Any]) -> None:
    """Put options into the link, and take out all others of the form: one step of the history."""
    others = {
        name: value
        for name, value in st.query_params.to_dict().items()
        if not name.startswith(key(""))
    }
    wanted = others | {key(name): str(value) for name, value in options.items()}
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)
