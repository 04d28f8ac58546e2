"""What is selected on the map: counts by class, the decoded mean, images, tables."""

import html
import io

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.ui.components import gallery as galleries
from explorer.ui.components.bars import class_counts
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, naming, selected, sights, state

GALLERY = "selected-images"
_CLASS = "class to select"
_IMAGES = 64
_ROWS = 200


def draw(checkpoint: Checkpoint, rows: np.ndarray) -> None:
    """Draw the choice of a class, and what is selected: ascending indices of test images."""
    labelled = naming.labelled(checkpoint)
    if labelled:
        _choose_class(checkpoint)
    if not len(rows):
        st.caption(
            "Draw around points with the lasso or the box at the top of the map (shift adds, alt "
            f"takes away){', or choose a class here' if labelled else ''}. What is selected stays "
            "so in other pictures and on other pages."
        )
        return
    test = cached.codes(cached.key(checkpoint))
    names = datasets.info(checkpoint.dataset).class_names
    labels = test.labels[rows]
    z = test.latent.z_mean[rows]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(f"{len(rows):,} selected", anchor=False, width="stretch")
        st.download_button(
            "CSV",
            lambda: _csv(rows, labels, names, z),
            f"{checkpoint.name}-selection.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Clear", icon=":material/close:", on_click=_clear, args=(checkpoint,))
    summary = st.container(key="selected-summary", horizontal=True, gap="small")
    if labelled:
        with summary.container():
            class_counts(np.bincount(labels, minlength=len(names)), names)
    with summary.container():
        image = sights.of_codes(checkpoint, z.mean(axis=0, keepdims=True))[0]
        alt = f"{'decoded ' if checkpoint.model.decodes else ''}mean of the selected codes"
        gallery([Tile(image, "mean code", alt)], key="selected-mean", columns=1)
    shown = rows[:_IMAGES]
    if len(shown) < len(rows):
        st.caption(f"The first {len(shown)} of them")
    gallery(
        [
            Tile(image, alt=naming.alt(checkpoint, int(row)), index=int(row))
            for image, row in zip(sights.pictures(checkpoint, shown), shown, strict=True)
        ],
        key=GALLERY,
        width=44,
        on_click=_go_there,
    )
    with st.expander("As a table"):
        errors = test.reconstruction_error if checkpoint.model.decodes else None
        st.html(_table(rows, labels, names, errors))


def _choose_class(checkpoint: Checkpoint) -> None:
    names = datasets.info(checkpoint.dataset).class_names
    st.session_state[_CLASS] = selected.label(checkpoint)
    st.selectbox(
        "Select a class",
        range(len(names)),
        index=None,
        format_func=names.__getitem__,
        key=_CLASS,
        placeholder="Select a class …",
        label_visibility="collapsed",
        on_change=_take_class,
        args=(checkpoint,),
    )


def _take_class(checkpoint: Checkpoint) -> None:
    number = st.session_state[_CLASS]
    if number is None:
        _clear(checkpoint)
    else:
        selected.select_class(checkpoint, number)


def _clear(checkpoint: Checkpoint) -> None:
    selected.select(checkpoint, np.empty(0, np.int64))


def _go_there() -> None:
    state.choose_point(galleries.clicked(GALLERY))


def _csv(rows: np.ndarray, labels: np.ndarray, names: tuple[str, ...], z: np.ndarray) -> bytes:
    import pandas as pd

    table = pd.DataFrame(z, columns=[f"z{axis}" for axis in range(z.shape[1])])
    table.insert(0, "index", rows)
    table.insert(1, "label", labels)
    table.insert(2, "class", [names[label] for label in labels])
    file = io.StringIO()
    table.to_csv(file, index=False)
    return file.getvalue().encode()


def _table(
    rows: np.ndarray, labels: np.ndarray, names: tuple[str, ...], errors: np.ndarray | None
) -> str:
    """Return the first rows as HTML, which screen readers walk through."""
    told = f"The first {_ROWS} of {len(rows):,}" if len(rows) > _ROWS else f"All {len(rows):,}"
    body = "".join(
        f"<tr><td>{row:,}</td><td>{html.escape(names[label])}</td>"
        f"{'' if errors is None else f'<td>{errors[row]:.1f}</td>'}</tr>"
        for row, label in zip(rows[:_ROWS], labels, strict=False)
    )
    return (
        f'<table class="explorer-table"><caption>{told} selected test images</caption>'
        '<thead><tr><th scope="col">Image</th><th scope="col">Class</th>'
        f"{'' if errors is None else '<th scope=col>Error</th>'}"
        f"</tr></thead><tbody>{body}</tbody></table>"
    )
