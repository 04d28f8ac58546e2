"""Parts of a page that are redrawn alone."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec

import streamlit as st

from explorer.ui.shared.sidebar import or_sentence

P = ParamSpec("P")


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Do as `st.fragment`, and show an `ExplorerError` in the part's place.

    Streamlit catches what a fragment raises by itself: it never reaches `explorer/ui/main.py`.

    Args:
        run_every: Seconds after which the part redraws itself, or None.
    """

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            or_sentence(partial(draw, *args, **kwargs))

        redrawn: Callable[P, None] = st.fragment(drawn, run_every=run_every)
        return redrawn

    return decorate
