"""The data sets that are known: what is in them, and whether they are here."""

import html
from functools import partial

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.datasets import BrokenDataset, DatasetInfo
from explorer.runs import downloads
from explorer.ui.library import deleted
from explorer.ui.library.card import day
from explorer.ui.server import pictures
from explorer.ui.shared import job_status, state, text

_MOST = 10  # classes whose counts are told


def draw() -> None:
    """Draw the section."""
    deleted.undo()
    of = [item.dataset for item in checkpoints.list_checkpoints() if isinstance(item, Checkpoint)]
    with st.container(key="library-data"):
        for name in datasets.names():
            about = datasets.info(name)
            with st.container(border=True):
                _card(about, of.count(name))
    broken = [item for item in datasets.list_own() if isinstance(item, BrokenDataset)]
    if broken:
        with st.expander(f"{len(broken)} unusable", icon=":material/warning:"):
            for item in broken:
                st.caption(text.sentence(item.reason))
    deleted.trash_can()


def _card(about: DatasetInfo, n_checkpoints: int) -> None:
    here, training = datasets.is_local(about.name), datasets.is_local(about.name, "train")
    parts = [f"<h2>{html.escape(about.title)}</h2><p>{html.escape(_facts(about))}</p>"]
    problem = ""
    if here or (about.own and training):
        try:
            parts += [_sheet(about), _balance(about)]
        except ExplorerError as error:
            problem = text.sentence(error)
    st.html(f'<div class="explorer-card">{"".join(parts)}</div>')
    if problem:
        st.error(problem, icon=":material/error:")
    st.caption(" ".join([_where(about, here, training), _used(n_checkpoints), *_notes(about)]))
    if about.downloadable and not (here and training):
        _fetch(about)
    if about.own:
        deleted.button_for_data(about.name)


def _facts(about: DatasetInfo) -> str:
    counts = [(about.n_train, "training"), (about.n_test, "test")]
    what = "images" if about.has_images else "codes"
    told = [f"{n:,} {kind}" for n, kind in counts if n]
    parts = [f"{' and '.join(told)} {what}"]
    if about.has_images:
        height, width, channels = about.image_shape
        parts.append(f"{height} × {width}, {'colour' if channels == 3 else 'grey'}")
    parts.append(f"{len(about.class_names)} classes" if about.labelled else "no labels")
    return " · ".join(parts)


def _sheet(about: DatasetInfo) -> str:
    if not about.has_images:
        return ""
    alt = html.escape(f"Images of {about.title}, class by class")
    return f'<img class="sheet" src="{pictures.of_dataset(about.name)}" alt="{alt}" loading="lazy">'


def _balance(about: DatasetInfo) -> str:
    """Return how many images each class has, the first classes with their bars."""
    if not about.labelled:
        return ""
    part, counts = _counts(about)
    most = max(int(counts.max()), 1)
    rows = "".join(
        f'<span>{html.escape(name)}</span><i style="width:{count / most:.1%};'
        f'background:{figures.class_color(label)}"></i><b>{count:,}</b>'
        for label, (name, count) in enumerate(zip(about.class_names, counts.tolist(), strict=True))
        if label < _MOST
    )
    more = len(counts) - _MOST
    rest = f", and {more} more classes" if more > 0 else ""
    told = f"{part.capitalize()} images of each class, {counts.min():,} to {most:,}{rest}"
    return f'<p class="balance">{told}</p><div class="explorer-counts">{rows}</div>'


def _counts(about: DatasetInfo) -> tuple[str, np.ndarray]:
    return ("test" if about.n_test else "training"), _counted(about)


@keep(128)
def _counted(about: DatasetInfo) -> np.ndarray:
    labels = datasets.raw(about.name, "test" if about.n_test else "train").y
    return np.bincount(labels, minlength=len(about.class_names))


def _where(about: DatasetInfo, here: bool, training: bool) -> str:
    if about.own:
        return f"Imported on {text.plain(day(about.created))}."
    if here and training:
        return "All of it is on this machine."
    if here:
        return "Its training images are not on this machine."
    return "It is not on this machine."


def _used(n_checkpoints: int) -> str:
    if not n_checkpoints:
        return "No checkpoint is of it."
    return f"{n_checkpoints} checkpoint{' is' if n_checkpoints == 1 else 's are'} of it."


def _notes(about: DatasetInfo) -> list[str]:
    return [text.plain(note) for note in about.notes]


def _fetch(about: DatasetInfo) -> None:
    if access.read_only():
        st.caption("This app is read-only: whoever runs it can fetch it.")
        return
    submit = partial(downloads.submit, about.name, state.owner())
    job_status.on_demand(downloads.job_name(about.name), submit, "Fetch it")
