"""The one Streamlit component: `explorer/ui/frontend` draws each message by its role."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from explorer.ui.components.contract import Message


def mount(
    message: Message,
    *,
    key: str,
    default: Mapping[str, object] | None = None,
    **callbacks: Callable[[], None],
) -> Any:
    """Draw a message where the page is now.

    Args:
        message: What to draw.
        key: Key of the widget.
        default: States before the browser has told any.
        callbacks: `on_<name>_change` for each entry of `contract.Heard` that is wanted.

    Returns:
        What the browser has told, by name.
    """
    # In a list: in a dictionary Streamlit looks for tables, for which it loads pandas.
    return _component()(key=key, data=[message], default=default, **callbacks)


def ignore() -> None:
    """Make Streamlit keep a state that the page reads when it is run."""


@cache
def _component() -> Any:
    return st.components.v2.component("explorer.frontend", js="index-*.js", isolate_styles=False)
