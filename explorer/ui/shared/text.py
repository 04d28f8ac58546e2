"""Texts that others wrote, shown as they are: never as Markdown, HTML or a path of the server."""

import re
from pathlib import Path

import streamlit as st

from explorer import checkpoints, jobs
from explorer.core import access

# An underscore inside a word marks nothing.
_SPECIAL = re.compile(r"[\\`*\[\]<>$~&|#{}]|(?<!\w)_|_(?!\w)")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
# A path with at least two parts that begins a word: /home/me/x, C:\data\x.
_PATH = re.compile(r"(?<![\w/.:\\])(?:/|[A-Za-z]:\\)(?:[\w.@~+ -]*[\w.@~+-][/\\])+([\w.@~+-]*)")


def plain(text: str) -> str:
    """Return a text in one line that Streamlit's Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\g<0>", _BLANK.sub(" ", text)).strip()


def sentence(error: object) -> str:
    """Return what a visitor is told of an error, for Markdown.

    Absolute paths are of interest to who runs the server: others see their last part.
    """
    told = str(error)
    if not access.for_one_person(st.get_option("server.address")):
        told = without_paths(told)
    return plain(told)


def count(n: int, what: str) -> str:
    """Return a number of things, like "1 epoch" or "1,200 epochs"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a time for people, like "40 s", "3 min" or "2 h 10 min"."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def without_paths(text: str) -> str:
    """Return a text with the last part of each absolute path in its place."""
    for folder in (checkpoints.root().absolute(), jobs.jobs_folder(), Path.home()):
        text = text.replace(f"{folder}/", f"…/{folder.name}/").replace(str(folder), folder.name)
    return _PATH.sub(r"…/\1", text)
