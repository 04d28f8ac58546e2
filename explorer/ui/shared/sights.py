"""What there is to see of test images: originals, reconstructions, or at least their codes."""

import numpy as np

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.latent.portraits import portraits
from explorer.models.spec import LOSS_UNITS
from explorer.ui.components.gallery import Tile
from explorer.ui.shared import cached, naming
from explorer.ui.shared.cached import Key

PORTRAITS = "A picture is the code itself: a field for each number, dark to bright."


def pictures(checkpoint: Checkpoint, rows: np.ndarray) -> np.ndarray:
    """Return pictures of test images, (n, h, w, c) in [0, 1].

    These are the originals; where they are not here, reconstructions; where there is no decoder
    either, the codes themselves.
    """
    try:
        return np.asarray(cached.originals(checkpoint)[rows])
    except ExplorerError:
        z = cached.codes(cached.key(checkpoint)).latent.z_mean[rows]
        return of_codes(checkpoint, z)


def of_codes(checkpoint: Checkpoint, z: np.ndarray) -> np.ndarray:
    """Return codes, (n, z_dim), decoded, or as they are where there is no decoder."""
    if checkpoint.model.decodes:
        return cached.decode(checkpoint, z)
    return portraits(z, *_ends(cached.key(checkpoint)))


def are_codes(checkpoint: Checkpoint) -> bool:
    """Whether `pictures` are the codes themselves."""
    return not (checkpoint.model.decodes or has_originals(checkpoint))


def has_originals(checkpoint: Checkpoint) -> bool:
    """Whether the test images are here."""
    return missing(checkpoint) is None


def missing(checkpoint: Checkpoint) -> ExplorerError | None:
    """Return why the test images are not here, or None."""
    try:
        cached.originals(checkpoint)
    except ExplorerError as error:
        return error
    return None


def tiles(checkpoint: Checkpoint, index: int, by: str = "") -> list[Tile]:
    """Return what there is to see of a test image: original, reconstruction, their difference.

    Args:
        checkpoint: Whose.
        index: Of the test image.
        by: What to call the model beside another one, for screen readers.
    """
    name = naming.alt(checkpoint, index) + (f" by {by}" if by else "")
    z = cached.codes(cached.key(checkpoint)).latent.z_mean[[index]]
    if not checkpoint.model.decodes:
        caption = "code" if are_codes(checkpoint) else "original"
        return [Tile(pictures(checkpoint, np.array([index]))[0], caption, f"{caption} of {name}")]
    image = cached.decode(checkpoint, z)[0]
    what = f"reconstruction of {name}"
    found = [Tile(image, "reconstruction", what, role="reconstruction")]
    if has_originals(checkpoint):
        original = cached.originals(checkpoint)[index]
        found.insert(0, Tile(original, "original", f"original of {name}", role="original"))
        what = "absolute difference of both"
        found.append(Tile(np.abs(original - image), "difference", what, role="difference"))
    return found


def error(checkpoint: Checkpoint, index: int) -> str:
    """Return the reconstruction error of a test image among all, as Markdown; "" for none."""
    if not checkpoint.model.decodes:
        return ""
    errors = cached.codes(cached.key(checkpoint)).reconstruction_error
    return (
        f"error **{errors[index]:.1f}** {LOSS_UNITS[checkpoint.model.loss]}, higher than "
        f"**{np.mean(errors < errors[index]):.0%}** of the test images"
    )


@keep(16)
def _ends(key: Key) -> tuple[np.ndarray, np.ndarray]:
    """Return what is black and what is white in each dimension, each of shape (z_dim,)."""
    low, high = np.percentile(cached.codes(key).latent.z_mean, [1, 99], axis=0)
    return low, high
