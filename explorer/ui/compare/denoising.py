"""Noisy images, and what each model makes of them."""

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, onnx
from explorer.clustering import add_noise
from explorer.core.memory import keep
from explorer.reproduce.tables import NOISE
from explorer.ui.compare.form import Choice
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, text
from explorer.ui.shared.cached import Key
from explorer.ui.shared.fragment import fragment

SEED = 0
SIGMA = "compare-sigma"
_COLUMNS = 10
_MEASURED = 500  # test images


@fragment()
def draw(choice: Choice) -> None:
    """Draw rows of clean and noisy images and their reconstructions by each model.

    Raises:
        ExplorerError: If the test images are not on this machine.
    """
    sigma = float(
        st.slider("Noise (σ)", 0.05, 1.0, NOISE, 0.05, key=SIGMA, width=300, bind="query-params")
    )
    left = choice.left.checkpoint
    clean = cached.originals(left)
    rows = _rows(cached.codes(cached.key(left)).labels)
    noisy = add_noise(clean[rows], sigma, SEED)
    _row("Clean", None, clean[rows], "clean")
    _row("Noisy", _error(choice.keys[0], None, sigma, left), noisy, "noisy")
    for number, (each, key) in enumerate(zip(choice.models, choice.keys, strict=True)):
        z = _encoder(key).encode(noisy).z_mean
        error = _error(key, key.name, sigma, each)
        _row(each.name, error, cached.decode(each, z), f"denoised-{number}")
    names = datasets.info(left.dataset).title
    st.caption(
        f"Gaussian noise of standard deviation {sigma:g} on pixels between 0 and 1, clipped to "
        f"them, seed {SEED}; the same noisy images for both. Error: squared differences to the "
        f"clean image, summed over the pixels, mean of the first {_MEASURED} test images of "
        f"{names}. A model denoises where its error is below that of the noisy images."
    )


def _rows(labels: np.ndarray) -> np.ndarray:
    """Return a test image of each class, and further ones if there are few classes."""
    first = np.unique(labels, return_index=True)[1]
    others = np.setdiff1d(np.arange(min(len(labels), 5 * _COLUMNS)), first)
    return np.concatenate([first, others])[:_COLUMNS]


def _row(name: str, error: float | None, images: np.ndarray, key: str) -> None:
    told = "" if error is None else f" · error **{error:.1f}**"
    st.markdown(text.plain(name) + told)
    gallery([Tile(image, alt=name) for image in images], key=f"row-{key}", columns=_COLUMNS)


@keep(4)
def _encoder(key: Key) -> onnx.Encoder:
    return checkpoints.get(key.name).encoder()


@keep(64)
def _error(key: Key, model: str | None, sigma: float, _checkpoint: Checkpoint) -> float:
    """Return the mean squared error of noisy images, or of a model's reconstructions of them."""
    clean = cached.originals(_checkpoint)[:_MEASURED]
    seen = add_noise(clean, sigma, SEED)
    if model is not None:
        seen = cached.decode(_checkpoint, _encoder(key).encode(seen).z_mean)
    return float(np.square(seen - clean).reshape(len(clean), -1).sum(axis=1).mean())
