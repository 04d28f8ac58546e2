"""A field that takes a file from a visitor."""

from collections.abc import Sequence

import streamlit as st

from explorer.jobs import uploads
from explorer.jobs.uploads import Upload

_TOKEN_LETTERS = 32


def upload(label: str, endings: Sequence[str], *, key: str, help: str = "") -> Upload | None:
    """Draw a field that takes a file; return it once it is there.

    It lies on the disk of this machine, never in this process: a job reads it, and deletes it with
    `explorer.jobs.uploads.discard`. It is gone too when its owner takes it out of the field, and
    after a day. Its size is at most Streamlit's `server.maxUploadSize`, which the field tells.

    Args:
        label: What is asked for.
        endings: Of the names that are taken, without the dot: "zip".
        key: Key of the widget.
        help: What more there is to know.
    """
    brought = st.file_uploader(label, list(endings), key=key, help=help or None)
    # What Streamlit got is the token; see `explorer.ui.server.taken`.
    if brought is None or brought.size != _TOKEN_LETTERS:
        return None
    token = brought.getvalue().decode("ascii", "replace")
    return uploads.find(token) if token.isalnum() else None
