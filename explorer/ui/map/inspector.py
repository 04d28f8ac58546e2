"""What is known of one test image: images, error, code."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.models.spec import LOSS_UNITS
from explorer.ui.components.bars import code_bars
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, naming, text
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
    test = cached.codes(cached.key(checkpoint))
    z = test.latent.z_mean
    _images(checkpoint, index)
    error = test.reconstruction_error
    share = np.mean(error < error[index])
    st.markdown(
        f"{naming.title(checkpoint, index)} · reconstruction error **{error[index]:.1f}** "
        f"{LOSS_UNITS[checkpoint.model.loss]}, higher than **{share:.0%}** of the test images"
    )
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
    name = naming.alt(checkpoint, index)
    z = cached.codes(cached.key(checkpoint)).latent.z_mean[[index]]
    image = cached.decode(checkpoint, z)[0]
    what = f"reconstruction of {name}"
    tiles = [Tile(image, "reconstruction", what, role="reconstruction")]
    missing = None
    try:
        original = cached.originals(checkpoint)[index]
        what = f"original of {name}"
        tiles.insert(0, Tile(original, "original", what, role="original"))
        what = "absolute difference of both"
        tiles.append(Tile(np.abs(original - image), "difference", what, role="difference"))
    except ExplorerError as error:
        missing = error
    gallery(tiles, key="images", columns=3, about=index)
    if missing:
        with st.expander("The original images are not on this machine", icon=":material/info:"):
            st.caption(text.sentence(missing))


def pictures(checkpoint: Checkpoint, indices: np.ndarray) -> np.ndarray:
    """Return test images, (n, h, w, c): the originals, or reconstructions where they are absent."""
    try:
        return np.asarray(cached.originals(checkpoint)[indices])
    except ExplorerError:
        z = cached.codes(cached.key(checkpoint)).latent.z_mean
        return cached.decode(checkpoint, z[indices])
