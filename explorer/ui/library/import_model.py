"""Bring a Keras model, or an encoder and a decoder in ONNX: look at it, then keep it."""

import hashlib
import html
import re
from typing import Any

import numpy as np
import streamlit as st

from explorer import datasets, jobs
from explorer.checkpoints import names
from explorer.checkpoints.keras_import.request import Import
from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.jobs import Job
from explorer.jobs.uploads import Upload
from explorer.runs import imports
from explorer.ui.library import contact_sheet, model_diagram
from explorer.ui.library.upload import upload
from explorer.ui.shared import job_status, pages, state, text

ENDINGS = ("keras", "h5", "hdf5", "zip", "json", "onnx")
_FOUND = ""  # what is found out, and not said by the visitor
_SAVING = "model that is saved"
_TIMES = "models that were saved"
_CHOICES = "choices for a model"
_ABOUT = """
**A trained autoencoder or VAE**: one file, or encoder and decoder in a file each.

- `.keras` or `.h5` of Keras 2 and 3, the zip of a SavedModel folder, weights beside an architecture
  in `.json`, or two `.onnx` files.
- Its layers are read as data and built anew: nothing in the file is run. A sampling layer is read
  round, whatever its name; a Lambda elsewhere, or a layer of your own, cannot be imported.
- Nothing is kept before you have seen it.
- On the command line: `python -m explorer import model FILE --name NAME`
"""


def draw() -> None:
    """Draw the form, what the jobs say, and what was found."""
    if (job_id := st.session_state.get(_SAVING)) is not None:
        _saved(job_id)
        return
    brought, dataset, code = _form()
    if brought:
        _look(brought, dataset, code)
    else:
        st.markdown(_ABOUT)


def _form() -> tuple[list[Upload], str, Upload | None]:
    times = st.session_state.get(_TIMES, 0)
    left, middle, right = st.columns(3)
    with left:
        first = upload("Model, or encoder", ENDINGS, key=f"model-{times}")
    with middle:
        second = upload(
            "Decoder, or weights",
            ENDINGS,
            key=f"second-model-{times}",
            help="Where they have a file of their own. Which of two is the encoder is found from "
            "what they take.",
        )
    dataset = right.selectbox(
        "Trained on",
        [_FOUND, *datasets.names()],
        format_func=lambda name: datasets.info(name).title if name else "found from its images",
        key=f"model-dataset-{times}",
        help="The data set whose images it is shown, encoded and compared with.",
    )
    code = None
    if access.code_allowed():
        with right:
            code = upload(
                "Layers of your own",
                ["py"],
                key=f"model-code-{times}",
                help="A Python file that defines them for Keras 3. It is run on this server.",
            )
    return [each for each in (first, second) if each is not None], dataset, code


def _look(brought: list[Upload], dataset: str, code: Upload | None) -> None:
    """Let a job look at the files, and show what it found."""
    files = tuple((str(each.path), each.name, "") for each in brought)
    python = (str(code.path), code.name) if code else None
    if st.session_state.get(_CHOICES, {}).get("files") != (files, dataset, python):
        st.session_state[_CHOICES] = {"files": (files, dataset, python)}
    chosen = st.session_state[_CHOICES]
    wanted = Import(
        files, dataset, chosen.get("code", _FOUND), chosen.get("pixels", _FOUND), code=python
    )
    name = f"look/{hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]}"
    job = jobs.find(name)
    if job is not None and job.state == "done" and not job.stopped:
        _show(job, wanted)
        return
    job_status.watch(name, lambda: _submit(name, wanted), place="import-model")
    if len(chosen) > 1 and st.button("Back to what was found", icon=":material/undo:"):
        del st.session_state[_CHOICES]
        st.rerun()


def _choose(what: str, key: str) -> None:
    st.session_state[_CHOICES][what] = st.session_state[key]


def _submit(name: str, wanted: Import) -> Job:
    access.check_may_change("import a model")
    return jobs.submit(name, imports.look_job, wanted, owner=state.owner())


def _show(job: Job, wanted: Import) -> None:
    """Show what a look found; save it if that is wanted."""
    about: dict[str, Any] = job.result
    info = datasets.info(about["dataset"])
    st.markdown(_facts(about, info.title))
    left, right = st.columns([3, 2], gap="large")
    with left:
        if about["encoder"] and about["encoder"][0]["shape"]:
            st.html(model_diagram.draw(about, info.image_shape))
        _images(job, about)
        _layers(about)
    with right:
        _options(about, job.id)
        with st.form("keep-model", border=False):
            usual = names.free(_name(wanted.files[0][1]))
            name = st.text_input("Name", usual, max_chars=80, key=f"name-{wanted.files[0][0]}")
            if st.form_submit_button("Save", type="primary", icon=":material/check:"):
                _save(wanted, about, name.strip())
        for note in about["notes"]:
            st.caption(text.plain(note))


def _facts(about: dict[str, Any], title: str) -> str:
    formats = " and ".join(dict.fromkeys(about["formats"]))
    if about["keras_version"]:
        formats += f" of Keras {about['keras_version']}"
    facts = [
        f"**{'VAE' if about['kind'] == 'vae' else 'Autoencoder'}**",
        f"**{about['z_dim']}** latent dimensions",
        f"{about['parameters']:,} weights",
        text.plain(formats),
        text.plain(title),
    ]
    return " · ".join(facts)


def _images(job: Job, about: dict[str, Any]) -> None:
    both = jobs.partial(job.id)
    if both is None:  # its file was deleted
        return
    pixels = np.asarray(np.round(255 * both), np.uint8)
    rows = "".join(
        f"<tr><th scope=row>{what}</th><td>{contact_sheet.picture(images, len(images))}</td></tr>"
        for what, images in zip(("original", "reconstruction"), pixels, strict=True)
    )
    st.html(f'<table class="explorer-sheet explorer-rows"><tbody>{rows}</tbody></table>')
    st.caption(f"Test images over what the model makes of them: {_error(about['error'])} a pixel.")


def _error(error: float) -> str:
    return f"squared error {error:.2g}"


def _layers(about: dict[str, Any]) -> None:
    with st.expander("Layers"):
        rows = "".join(
            f"<tr><td>{part}</td><td>{html.escape(row['name'])}</td>"
            f"<td>{html.escape(row['kind'])}</td>"
            f"<td>{' × '.join(map(str, row['shape']))}</td><td>{row['parameters']:,}</td></tr>"
            for part in ("encoder", "decoder")
            for row in about[part]
        )
        head = "<tr><th>part<th>layer<th>kind<th>gives<th>weights</tr>"
        st.html(
            f'<table class="explorer-layers"><thead>{head}</thead><tbody>{rows}</tbody></table>'
        )


def _options(about: dict[str, Any], job_id: str) -> None:
    """Draw what was found and can be said otherwise; another choice is another look."""
    layers = {place["layer"]: place["shape"] for place in about["bottlenecks"]}
    if layers:
        places = list(layers)
        st.selectbox(
            "Code",
            places,
            index=places.index(about["bottleneck"]),
            format_func=lambda name: f"{name} ({' × '.join(map(str, layers[name]))})",
            key=f"code-{job_id}",
            on_change=_choose,
            args=("code", f"code-{job_id}"),
            help="The layer whose output is the code: the narrowest, unless you know better.",
        )
    scales = dict.fromkeys([about["pixel_scale"], "0-1", "0-255", "-1-1"])
    errors = {scale["takes"]: scale["error"] for scale in reversed(about["scales"])}
    st.selectbox(
        "Pixels that it takes",
        list(scales),
        format_func=lambda name: (
            _SCALES.get(name, "mean and deviation " + name.replace(",", ", "))
            + (f" ({_error(errors[name])})" if name in errors else "")
        ),
        key=f"pixels-{job_id}",
        on_change=_choose,
        args=("pixels", f"pixels-{job_id}"),
        accept_new_options=True,
        help="Found from how well images come back on each scale. Or write mean and deviation of "
        "pixels in [0, 1], like 0.13,0.31.",
    )


_SCALES = {"0-1": "0 to 1", "0-255": "0 to 255", "-1-1": "−1 to 1"}


def _save(wanted: Import, about: dict[str, Any], name: str) -> None:
    try:
        names.check_free(name)
        asked = Import(
            wanted.files,
            about["dataset"],
            about["bottleneck"] if about["bottlenecks"] else _FOUND,
            about["pixel_scale"],
            name,
            wanted.code,
            state.owner(),
        )
        access.check_may_change("import a model")
        job = jobs.submit(f"import/{name}", imports.model_job, asked, owner=state.owner())
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return
    st.session_state[_SAVING] = job.id
    st.rerun()


def _saved(job_id: str) -> None:
    """Show how far the job is that saves a model, and where the model is then."""
    try:
        job = job_status.follow(job_id)
    except ExplorerError:  # it was discarded
        del st.session_state[_SAVING]
        st.rerun()
    if job.active:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.state != "done":
            st.error(text.sentence(job.error), icon=":material/error:")
            if st.button("Back", icon=":material/undo:"):
                del st.session_state[_SAVING]
                st.rerun()
            return
        name = job.result["name"]
        st.success(f"{text.plain(name)} is here.", icon=":material/check:")
        icon = ":material/scatter_plot:"
        if st.button("Open it on the map", type="primary", icon=icon, on_click=_open, args=(name,)):
            _forget()
            st.switch_page(pages.path("map"), query_params={})
        st.button("Import another one", icon=":material/upload:", on_click=_forget)
    for note in job.result["notes"]:
        st.caption(text.plain(note))


def _open(name: str) -> None:
    st.session_state[state.CHECKPOINT] = name


def _forget() -> None:
    del st.session_state[_SAVING]
    # The fields begin anew: their files are gone.
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1


def _name(file: str) -> str:
    """Return a name for a checkpoint, from that of the file."""
    stem = re.sub(r"( ?\(\d+\))?(\.[A-Za-z0-9]{1,8}){0,2}$", "", file)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("._-")[:70] or "imported"
