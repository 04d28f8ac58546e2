"""What the user has chosen: one selection that follows from page to page, and lives in the URL."""

import hashlib
import secrets
from collections.abc import Collection

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.core import access
from explorer.core.access import Visitor
from explorer.ui.server.visitors import COOKIE

CHECKPOINT = "checkpoint"
POINT = "point"
SELECTED = "selected"  # see `explorer.ui.shared.selected`
_ABSENT = "absent checkpoint"
ADMIN = "admin"
# Visitors who came by the administrator's link, as `owner` names them; until the server ends.
_ADMINISTRATORS: set[str] = set()
DEFAULT_CHECKPOINT = "fashion-vae-mlp-z10"


def checkpoint() -> Checkpoint | None:
    """Return the chosen checkpoint, or None if there is none that can be opened."""
    name = st.session_state.get(CHECKPOINT)
    return checkpoints.get(name) if name else None


def note_absent(names: Collection[str]) -> None:
    """Keep the name of a checkpoint that a link asks for and that is not among `names`.

    Asked before the choice is drawn, which forgets such a name; kept until another one is made.
    """
    name = st.query_params.get(CHECKPOINT)
    if name and name not in names:
        st.session_state[_ABSENT] = name
        choose_point(None)  # of that checkpoint's data
    elif absent() in names:
        forget_absent()


def absent() -> str | None:
    """Return the name of the checkpoint that a link asked for in vain, or None."""
    name: str | None = st.session_state.get(_ABSENT)
    return name


def forget_absent() -> None:
    """Forget the name: another checkpoint was chosen."""
    st.session_state.pop(_ABSENT, None)


def point(dataset: str, n: int) -> int | None:
    """Return the index of the chosen test image, or None.

    Args:
        dataset: The data set of the checkpoint that is looked at.
        n: How many test images it has.
    """
    text = linked(POINT, dataset) or ""
    index = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if index is None or index >= n:
        keep(POINT, dataset, None)
        return None
    keep(POINT, dataset, str(index))
    return index


def choose_point(index: int | None) -> None:
    """Choose a test image by its index, on every page and in the URL; None chooses none."""
    if index is not None:
        st.query_params[POINT] = str(index)
    else:
        keep(POINT, "", None)


def linked(name: str, dataset: str) -> str | None:
    """Return what the URL says about a data set's images, or None.

    A page that is opened from the navigation begins without it: then what was last kept goes on,
    as long as the data set is the same. Who goes back to where it was not said yet undoes it.

    Args:
        name: Of the parameter.
        dataset: The data set of the checkpoint that is looked at.
    """
    kept_of, kept = st.session_state.get(_kept(name), (dataset, None))
    if kept_of != dataset:
        return None
    text: str | None = st.query_params.get(name, None if went_back() else kept)
    return text


def keep(name: str, dataset: str, text: str | None) -> None:
    """Keep what `linked` shall return, in the URL and for other pages; None forgets it."""
    if text is None:
        st.session_state.pop(_kept(name), None)
        if name in st.query_params:
            del st.query_params[name]
        return
    st.session_state[_kept(name)] = (dataset, text)
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def carry(dataset: str) -> None:
    """Take what is chosen among a data set's images along to a page that was opened."""
    for name in (POINT, SELECTED):
        keep(name, dataset, linked(name, dataset))


def went_back() -> bool:
    """Whether the browser's Back or Forward led here: then the URL is what counts."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _kept(name: str) -> str:
    return f"kept {name}"


def keep_checkpoint() -> None:
    """Keep the chosen checkpoint where no choice of one is drawn."""
    if CHECKPOINT in st.session_state:
        st.session_state[CHECKPOINT] = st.session_state[CHECKPOINT]


def session() -> str:
    """Return what names this session, a tab of a browser, among all."""
    return str(st.session_state.setdefault("session", secrets.token_hex(8)))


def owner() -> str:
    """Return what names this visitor among those who own jobs: the same in all tabs of a browser.

    Derived from a cookie that only the browser holds (see `explorer.ui.server.visitors`), so that
    who reads a job's owner cannot pass for them. Without cookies each session is a visitor.
    """
    cookie = st.context.cookies.get(COOKIE)
    secret = cookie if isinstance(cookie, str) and cookie else session()
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:16]


def visitor() -> Visitor:
    """Return who asks, and what they may do."""
    alone = access.for_one_person(st.get_option("server.address"))
    return Visitor(owner(), alone or owner() in _ADMINISTRATORS)


def take_administrator() -> None:
    """Let in who opened the administrator's link, and take its token out of the address."""
    if ADMIN not in st.query_params:
        return
    token = st.query_params[ADMIN]
    del st.query_params[ADMIN]
    if access.is_administrator(token):
        _ADMINISTRATORS.add(owner())
        st.toast("You may stop, resume and discard what others started.", icon=":material/key:")
    else:
        st.toast("This is not the administrator's link.", icon=":material/key_off:")
