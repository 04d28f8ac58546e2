"""What is known of one test image: images, error, code."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.memory import keep
from explorer.ui.components.bars import code_bars
from explorer.ui.components.gallery import gallery
from explorer.ui.shared import cached, naming, sights, text
from explorer.ui.shared.cached import Key


def typical(checkpoint: Checkpoint) -> int:
    """Return the index of the test image of median error: what the map opens on."""
    return _typical(cached.key(checkpoint))


@keep(16)
def _typical(key: Key) -> int:
    error = cached.codes(key).reconstruction_error
    return int(np.argsort(error, kind="stable")[len(error) // 2])


def inspect(checkpoint: Checkpoint, index: int) -> None:
    """Draw what is known of test image `index`: images, error, code."""
    z = cached.codes(cached.key(checkpoint)).latent.z_mean
    _images(checkpoint, index)
    error = sights.error(checkpoint, index)
    st.markdown(naming.title(checkpoint, index) + (f" · reconstruction {error}" if error else ""))
    code_bars(z[index], *_usual(cached.key(checkpoint)))
    st.caption(code_caption(checkpoint))


def code_caption(checkpoint: Checkpoint) -> str:
    """Return what the bars of a code are."""
    return (
        "Its code z; grey: where most codes lie (mean ± 2 σ). "
        + _unused(cached.latent_stats(cached.key(checkpoint)).active)
    ).strip()


@keep(16)
def _usual(key: Key) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of all codes, each of shape (z_dim,)."""
    z = cached.codes(key).latent.z_mean
    return z.mean(axis=0), z.std(axis=0)


def _unused(active: np.ndarray) -> str:
    unused = [str(axis) for axis in np.flatnonzero(~active)]
    if not unused:
        return ""
    names = f"{', '.join(unused[:-1])} and {unused[-1]} are" if unused[1:] else f"{unused[0]} is"
    return f"z\N{NO-BREAK SPACE}{names} not in use: about the same for every image."


def _images(checkpoint: Checkpoint, index: int) -> None:
    gallery(sights.tiles(checkpoint, index), key="images", columns=3, about=index)
    if sights.are_codes(checkpoint):
        st.caption(sights.PORTRAITS)
    elif (missing := sights.missing(checkpoint)) is not None:
        with st.expander("The original images are not on this machine", icon=":material/info:"):
            st.caption(text.sentence(missing))
