"""Streamlit's options, which it looks up for every rerun."""

from functools import cache

from streamlit import config


def remember() -> None:
    """Let Streamlit put together the options of each section once.

    For the first message of a rerun it goes through all of its options six times, which takes a
    millisecond: a tenth of a click. They do not change while the server runs. Streamlit has neither
    a setting nor a hook for it (1.67): its function is replaced.
    """
    config.get_options_for_section = cache(config.get_options_for_section)
