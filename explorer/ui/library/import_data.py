"""Bring images, or codes without a model: a file is read, looked at, and then kept."""

import hashlib
import re
from collections.abc import Sequence

import streamlit as st

from explorer import datasets, jobs
from explorer.checkpoints import codes_import, names
from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.params import parameters
from explorer.datasets.brought import stage
from explorer.datasets.brought.base import NO_LABELS, ImportSpec
from explorer.datasets.brought.stage import Staged
from explorer.jobs import Job, uploads
from explorer.jobs.uploads import Upload
from explorer.ui.library import contact_sheet
from explorer.ui.library.upload import upload
from explorer.ui.shared import form, job_status, pages, state, text

ENDINGS = ("npz", "npy", "zip", "csv", "tsv", "gz", "parquet", "idx3-ubyte")
_TOKEN = "import of data"
_KEPT = "data that was imported"


def draw() -> None:
    """Draw the form, what the job that reads the file says, and what it has read."""
    st.markdown(
        "Images: `.npz` (`x`, `y` or `x_train` …), a zip of images in a folder for each class, a "
        "CSV of pixels with a column of labels, IDX, or parquet. Codes without a model: `z` in an "
        "`.npz`, or columns of numbers. Up to 200,000, of any size: they become squares of 8 to "
        "128 pixels."
    )
    _tell_kept()
    brought = upload(
        "File of images or codes",
        ENDINGS,
        key=f"data-{st.session_state.get(_KEPT, 0)}",
        help="IDX files of images and labels: as one zip. Larger files and folders: python -m "
        "explorer import data FILE --name NAME, where the app runs.",
    )
    if brought is None:
        _forget()
        return
    try:
        spec = _options()
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return
    token = _token(brought, spec)
    try:
        staged = stage.get(token)
    except ExplorerError:  # it is not read yet
        name = f"import-data/{hashlib.sha256(token.encode()).hexdigest()[:16]}"
        job_status.watch(name, lambda: _submit(name, brought, spec, token), place="import-data")
    else:
        _preview(staged, brought)


def _options() -> ImportSpec:
    """Draw what says how the file is read."""
    with st.popover("How it is read", icon=":material/tune:"):
        declared = form.draw(parameters(ImportSpec), "import-data")
        labels = st.text_input(
            "Labels",
            key="import-data-labels",
            placeholder="found",
            help="Name of the column or array of the labels; none: leave them out.",
            **form.REMEMBERED,
        )
        shape = st.text_input(
            "Shape of a row",
            key="import-data-shape",
            placeholder="square",
            help="Height and width of images that come as rows of numbers and are not square, "
            "like 28x20.",
            **form.REMEMBERED,
        )
    labels = labels.strip()
    return ImportSpec(
        **declared,
        labels=NO_LABELS if labels.lower() == NO_LABELS else labels,
        shape=shape.strip(),
    )


def _token(brought: Upload, spec: ImportSpec) -> str:
    """Return what names this file, read in this way, among the imports of this session."""
    asked = (str(brought.path), spec)
    known = st.session_state.get(_TOKEN)
    if known is None or known[0] != asked:
        _forget()
        st.session_state[_TOKEN] = known = (asked, stage.new_token())
    token: str = known[1]
    return token


def _forget() -> None:
    known = st.session_state.pop(_TOKEN, None)
    if known is not None:
        stage.discard(known[1])


def _submit(name: str, brought: Upload, spec: ImportSpec, token: str) -> Job:
    access.check_may_change("import data")
    return jobs.submit(
        name, stage.stage, brought.path, brought.name, spec, token, owner=state.owner()
    )


def _preview(staged: Staged, brought: Upload) -> None:
    """Show what was read, and keep it if that is wanted."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(_facts(staged))
        images, labels = staged.images(), staged.labels()
        contact_sheet.draw(images, labels, staged.class_counts, staged.class_names)
        if not staged.image_shape[0]:
            st.caption("There are no images: the map shows points.")
    with right, st.form("keep-data", border=False):
        name = st.text_input("Name", _name(brought.name), max_chars=80, key=f"name-{staged.token}")
        title = st.text_input(
            "Title",
            max_chars=80,
            placeholder="the name",
            key=f"title-{staged.token}",
            help="What pages call it.",
        )
        class_names = _class_names(staged)
        dataset = _dataset(staged)
        if st.form_submit_button("Save", type="primary", icon=":material/check:"):
            _keep(staged, brought, name.strip(), title.strip(), class_names, dataset)
        for note in staged.notes:
            st.caption(text.plain(note))


def _facts(staged: Staged) -> str:
    facts = [f"**{staged.n:,}** images"]
    if staged.z_dim:
        facts = [f"**{staged.n:,}** codes of **{staged.z_dim}** numbers"]
    height, width, channels = staged.image_shape
    if height:
        facts.append(f"**{height} × {width}** {'colour' if channels == 3 else 'grey'}")
    facts.append(f"**{len(staged.class_names)}** classes" if staged.class_names else _UNLABELLED)
    if staged.n_train:
        facts.append(f"{staged.n_train:,} to train, {staged.n_test:,} to test")
    return " · ".join(facts)


_UNLABELLED = "no labels: the map is coloured by cluster"


def _class_names(staged: Staged) -> Sequence[str]:
    if not staged.class_names:
        return ()
    asked = st.text_input(
        "Names of the classes",
        ", ".join(staged.class_names),
        key=f"classes-{staged.token}",
        help="In the order of their numbers, with commas between them.",
        disabled=any("," in name for name in staged.class_names),
    )
    words = [word.strip() for word in asked.split(",")]
    return () if asked == ", ".join(staged.class_names) else words


def _dataset(staged: Staged) -> str | None:
    """Ask whose test images the codes are of, where as many are known."""
    abouts = [datasets.info(name) for name in datasets.names()] if staged.z_dim else []
    fitting = [about.name for about in abouts if about.n_test == staged.n]
    if not fitting:
        return None
    return st.selectbox(
        "These are codes of",
        fitting,
        index=None,
        format_func=lambda name: f"the test images of {datasets.info(name).title}",
        placeholder="what the file holds",
        key=f"dataset-{staged.token}",
    )


def _keep(
    staged: Staged,
    brought: Upload,
    name: str,
    title: str,
    class_names: Sequence[str],
    dataset: str | None,
) -> None:
    try:
        kept = codes_import.keep(
            staged.token, name, title, class_names, dataset, owner=state.owner()
        )
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return
    uploads.discard(brought.path)
    st.session_state.pop(_TOKEN, None)
    # The field begins anew, and the next rerun says what came of it.
    st.session_state[_KEPT] = st.session_state.get(_KEPT, 0) + 1
    st.session_state["kept data"] = (
        kept.dataset.name,
        kept.checkpoint.name if kept.checkpoint else None,
    )
    st.rerun()


def _tell_kept() -> None:
    told = st.session_state.get("kept data")
    if told is None:
        return
    dataset, checkpoint = told
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(f"{text.plain(checkpoint or dataset)} is here.", icon=":material/check:")
        if checkpoint:
            if st.button("Open it on the map", icon=":material/scatter_plot:"):
                st.session_state[state.CHECKPOINT] = checkpoint
                del st.session_state["kept data"]
                st.switch_page(pages.path("map"), query_params={})
        elif st.button("Train a model on it", icon=":material/model_training:"):
            del st.session_state["kept data"]
            st.switch_page(pages.path("train"), query_params={"train-dataset": dataset})


def _name(file: str) -> str:
    """Return a free name for a data set, from that of the file."""
    stem = re.sub(r"( ?\(\d+\))?(\.[A-Za-z0-9-]{1,10}){0,2}$", "", file)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("._-")[:70] or "data"
    known = set(datasets.names())
    number, free = 1, name
    while free in known or names.is_taken(free):
        number += 1
        free = f"{name}-{number}"
    return free
