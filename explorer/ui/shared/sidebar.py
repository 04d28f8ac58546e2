"""Widgets that pages share."""

import html
from collections.abc import Callable

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets
from explorer.checkpoints import BrokenCheckpoint, Checkpoint, families
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.models.spec import KINDS
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, naming, sights, state, text
from explorer.ui.shared.cached import Key


def choose_checkpoint() -> Checkpoint | None:
    """Draw the sidebar's choice of a checkpoint and what is to be known of it; return the choice.

    Broken checkpoints are named with the reason; they do not hide the others.
    """
    found = checkpoints.list_checkpoints()
    sound = families.members_last(item for item in found if isinstance(item, Checkpoint))
    usable = {item.name: item for item in sound}
    broken = [item for item in found if isinstance(item, BrokenCheckpoint)]
    chosen = None
    state.note_absent(usable)
    if usable:
        names = list(usable)
        default = names.index(state.DEFAULT_CHECKPOINT) if state.DEFAULT_CHECKPOINT in usable else 0
        name = st.selectbox(
            "Checkpoint",
            names,
            index=default,
            key=state.CHECKPOINT,
            bind="query-params",
            on_change=state.forget_absent,
            help="A trained model with everything that is needed to explore it.",
        )
        chosen = usable[name]
        _describe(chosen)
    else:
        st.info(
            f"There is no trained model in {text.sentence(checkpoints.root())} yet: train one with "
            "`python -m explorer train --recipe digits-vae-z2`."
        )
    if broken:
        with st.expander(f"{len(broken)} unusable", icon=":material/warning:"):
            for item in broken:
                st.caption(text.sentence(item.reason))
    return chosen


def warn_of_absent(checkpoint: Checkpoint) -> None:
    """Say that a link asks for a checkpoint that is not here, and which one is shown instead."""
    if (absent := state.absent()) is not None:
        st.warning(
            f"The link asks for a checkpoint {text.plain(absent[:60])}, which cannot be opened "
            f"here. This is `{checkpoint.name}`: choose another one in the sidebar, or ask for "
            "that one's folder.",
            icon=":material/link_off:",
        )


def _describe(checkpoint: Checkpoint) -> None:
    try:
        thumbnails(checkpoint)
    except ExplorerError as error:
        st.warning(text.sentence(error))
    lines = "".join(
        f"<div><span>{key}</span><b>{html.escape(value)}</b></div>"
        for key, value in facts(checkpoint).items()
    )
    st.html(f'<div class="explorer-facts">{lines}</div>')


def facts(checkpoint: Checkpoint) -> dict[str, str]:
    """Return what is to be known of a checkpoint, by what it is."""
    about = datasets.info(checkpoint.dataset)
    known = {"Data": about.title, **({} if about.labelled else {"Labels": "none"})}
    if not checkpoint.model.decodes:
        return {**known, "Model": "none", "Length of a code": str(checkpoint.z_dim)}
    epochs = int(checkpoint.training["epochs"])
    return {
        **known,
        "Model": KINDS[checkpoint.model.kind],
        "Architecture": checkpoint.model.title,
        "Latent dimensions": str(checkpoint.z_dim),
        "Trained": text.count(epochs, "epoch") if epochs else "elsewhere",
        "Test loss": f"{checkpoint.metrics['test_total_loss']:.1f}",
    }


def thumbnails(checkpoint: Checkpoint, n: int = 6) -> None:
    """Show reconstructions of test images of the first n classes, in a row; of any, unlabelled."""
    gallery(_thumbnails(cached.key(checkpoint), n, checkpoint), key="thumbnails", columns=n)


@keep(16)
def _thumbnails(key: Key, n: int, _checkpoint: Checkpoint) -> list[Tile]:
    test = cached.codes(key)
    labels = np.flatnonzero(np.bincount(test.labels))[:n]
    rows = [int(np.argmax(test.labels == label)) for label in labels]
    if not naming.labelled(_checkpoint):
        rows = list(range(min(n, len(test.labels))))
    if _checkpoint.model.decodes:
        what, images = "reconstruction of a", cached.decode(_checkpoint, test.latent.z_mean[rows])
    else:
        what, images = "a", sights.pictures(_checkpoint, np.array(rows))
    return [
        Tile(image, alt=f"{what} test image: {naming.alt(_checkpoint, row)}")
        for image, row in zip(images, rows, strict=True)
    ]


def or_sentence(draw: Callable[[], None]) -> None:
    """Draw a part of a page; if it cannot be drawn, its error is shown in its place."""
    try:
        draw()
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
