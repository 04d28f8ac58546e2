"""The files that a browser needs of a checkpoint: large, and the same until it is trained anew.

Each has a name that holds its hash, so a page sends names and browsers keep the content. A name is
`<what>-<hash>.<npy or onnx>`; `what` is one of `WHAT`.
"""

import gzip
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from explorer import checkpoints, datasets, projection
from explorer.checkpoints import Checkpoint
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.projection import METHODS, ProjectionSpec
from explorer.runs.projections import ProjectionRequest
from explorer.ui.shared import cached
from explorer.ui.shared.cached import Key
from explorer.ui.shared.provide import at_once

# More than this is not sent; the nearest image is then shown as its reconstruction.
MAX_IMAGE_BYTES = 16_000_000

_NAME = re.compile(r"([a-z0-9_-]+)-([0-9a-f]{16})\.(npy|onnx)")
_SINGLE = "image"
_INDEX = re.compile(_SINGLE + r"-([0-9]{1,9})")
# Fast, and within 2 % of the smallest.
_GZIP_LEVEL = 6

# How high a line of points is drawn, as a share of its length.
_STRIP = 0.25

# What pages have offered beyond `WHAT`, the newest last: specs, not arrays.
_offered: dict[str, Callable[[Checkpoint], bytes]] = {}
_offering = Lock()
_MOST_OFFERED = 1024
# These are arrays: of all visitors' pictures together, the latest ones.
_MOST_FRAMES = 32


@dataclass(frozen=True)
class File:
    """A file as browsers get it.

    Attributes:
        digest: 16 hexadecimal digits of the hash of its content.
        gzipped: Its content, compressed once for all browsers.
    """

    digest: str
    gzipped: bytes

    @property
    def content(self) -> bytes:
        """Its content."""
        return gzip.decompress(self.gzipped)


def address(checkpoint: Checkpoint, what: str) -> str:
    """Return the address of a file, relative to the app's own.

    Args:
        checkpoint: Whose.
        what: "decoder" (decoder.onnx), "encoder" (encoder.onnx), "codes" (z_mean of the test
            images, (n, z_dim) float32), "stds" (a VAE's, the same shape), "labels" ((n,) int32),
            "images" (the test images, (n, h, w, c) uint8), "points-" and the method of a
            projection of `MAPS` ((n, 2) float32,
            NaN for codes without a point), or what `offer_points` or `offer_column` returned.

    Raises:
        ExplorerError: If the file cannot be made: the checkpoint is damaged, the images are not on
            this machine or too many to send, there is no such projection yet.
    """
    suffix = "onnx" if what in ("decoder", "encoder") else "npy"
    digest = _digest(cached.key(checkpoint), what)
    return f"explorer/{checkpoint.name}/{what}-{digest}.{suffix}"


def encoder_address(checkpoint: Checkpoint) -> str | None:
    """Return the address of encoder.onnx; None if it is missing or damaged."""
    try:
        return address(checkpoint, "encoder")
    except ExplorerError:
        return None


def image_address(checkpoint: Checkpoint) -> str | None:
    """Return the address of the test images; None if they are too many or not on this machine."""
    try:
        return address(checkpoint, "images")
    except ExplorerError:
        return None


def single_address(checkpoint: Checkpoint) -> str | None:
    """Return the address of one test image, (h, w, c) uint8, with * in the place of its index.

    None where all of them are sent at once, or they are not on this machine.
    """
    try:
        images = cached.originals(checkpoint)
    except ExplorerError:
        return None
    if images.size <= MAX_IMAGE_BYTES:
        return None
    return f"explorer/{checkpoint.name}/{_SINGLE}-*-{_stamp(checkpoint)}.npy"


def _stamp(checkpoint: Checkpoint) -> str:
    """Return what names all test images together: their content is too much to be hashed."""
    about = datasets.info(checkpoint.dataset)
    return _hash(repr((about, cached.key(checkpoint))).encode())


def _single(checkpoint: Checkpoint, index: int, stamp: str) -> File:
    if stamp != _stamp(checkpoint):
        raise ExplorerError(f"The images of {checkpoint.name} have changed since: reload the page.")
    images = cached.originals(checkpoint)
    if index >= len(images):
        raise ExplorerError(f"There are {len(images):,} images. Received: {index}.")
    content = _pixels(images[index])
    return File(stamp, gzip.compress(content, 1, mtime=0))


def offer_points(spec: ProjectionSpec) -> str:
    """Offer the points of a 2-D projection, as those of `MAPS`; return `what` for `address`."""
    return _offer(f"points-{spec.name}", _points(spec))


def offer_frame(rows: np.ndarray, embedding: np.ndarray) -> str:
    """Offer a 2-D picture that is still being computed; return `what` for `address`.

    Args:
        rows: Which test images its points are, shape (m,).
        embedding: The points, shape (m, 2).
    """
    content = np.ascontiguousarray(embedding, np.float32)
    what = f"frame-{_hash(content.tobytes())}"
    frames = [name for name in list(_offered) if name.startswith("frame-")]
    with _offering:
        for name in frames[:-_MOST_FRAMES]:
            _offered.pop(name, None)
    return _offer(what, lambda checkpoint: _npy(_placed(checkpoint, rows, content), np.float32))


def offer_column(name: str, column: Callable[[Checkpoint], np.ndarray]) -> str:
    """Offer a number, or some, of each test image; return `what` for `address`.

    Args:
        name: Names what the numbers are: small letters, digits, hyphens.
        column: Returns them, shape (n,) or (n, k), integers (int32 is sent) or floats (float32).
    """

    def content(checkpoint: Checkpoint) -> bytes:
        numbers = column(checkpoint)
        whole = np.issubdtype(numbers.dtype, np.integer)
        return _npy(numbers, np.int32 if whole else np.float32)

    return _offer(f"column-{name}", content)


def offer_images(name: str, images: Callable[[Checkpoint], np.ndarray]) -> str:
    """Offer some images about a checkpoint; return `what` for `address`.

    Args:
        name: Names what they are: small letters, digits, hyphens.
        images: Returns them, shape (n, h, w, c) in [0, 1]; uint8 is sent.
    """
    return _offer(f"images-{name}", lambda checkpoint: _pixels(images(checkpoint)))


def _offer(what: str, content: Callable[[Checkpoint], bytes]) -> str:
    with _offering:
        _offered[what] = _offered.pop(what, content)
        while len(_offered) > _MOST_OFFERED:
            del _offered[next(iter(_offered))]
    return what


def find(name: str, file: str) -> File:
    """Return a file of a checkpoint.

    Args:
        name: Name of the checkpoint.
        file: Name of the file, as it ends an address.

    Raises:
        ExplorerError: If there is no such checkpoint or file, or its content has changed since the
            name was given.
    """
    try:
        checkpoint = checkpoints.get(name)
    except ExplorerError as error:
        raise ExplorerError(
            f"There is no such checkpoint here. Received: {name[:100]!r}."
        ) from error
    parts = _NAME.fullmatch(file)
    if parts is not None and (single := _INDEX.fullmatch(parts[1])) is not None:
        return _single(checkpoint, int(single[1]), parts[2])
    if parts is None or _content(parts[1]) is None:
        raise ExplorerError(
            f"{name} has no file of that name for browsers. Received: {file[:100]!r}."
        )
    found = _file(cached.key(checkpoint), parts[1])
    if found.digest != parts[2]:
        raise ExplorerError(f"{file} of {name} has changed since: reload the page.")
    return found


@keep(128)
def _digest(key: Key, what: str) -> str:
    return _hash(_made(key, what))


@keep(32)
def _file(key: Key, what: str) -> File:
    content = _made(key, what)
    return File(_hash(content), gzip.compress(content, _GZIP_LEVEL, mtime=0))


def _made(key: Key, what: str) -> bytes:
    content = _content(what)
    assert content is not None
    return content(checkpoints.get(key.name))


def _content(what: str) -> Callable[[Checkpoint], bytes] | None:
    with _offering:
        return WHAT.get(what) or _offered.get(what)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _decoder(checkpoint: Checkpoint) -> bytes:
    path = _own(checkpoint, checkpoint.decoder_file)
    cached.decoder(cached.key(checkpoint))  # what it refuses is not sent either
    return _read(path)


def _encoder(checkpoint: Checkpoint) -> bytes:
    path = _own(checkpoint, checkpoint.encoder_file)
    cached.encoder(cached.key(checkpoint))  # as above
    return _read(path)


def _read(path: Path) -> bytes:
    with storage.open_file(path) as file:
        return file.read()


def _codes(checkpoint: Checkpoint) -> bytes:
    return _npy(_test_codes(checkpoint).latent.z_mean, np.float32)


def _stds(checkpoint: Checkpoint) -> bytes:
    z_log_var = _test_codes(checkpoint).latent.z_log_var
    if z_log_var is None:
        raise ExplorerError(f"{checkpoint.name} is no VAE: its codes have no standard deviations.")
    return _npy(np.exp(z_log_var / 2), np.float32)


def _labels(checkpoint: Checkpoint) -> bytes:
    return _npy(_test_codes(checkpoint).labels, np.int32)


def _test_codes(checkpoint: Checkpoint) -> checkpoints.TestCodes:
    _own(checkpoint, checkpoint.path / "codes.npz")
    return cached.codes(cached.key(checkpoint))


def _images(checkpoint: Checkpoint) -> bytes:
    images = cached.originals(checkpoint)
    if images.size > MAX_IMAGE_BYTES:
        raise ExplorerError(
            f"The test images of {checkpoint.name} are not sent to browsers: they have "
            f"{images.size:,} values, at most {MAX_IMAGE_BYTES:,} are sent."
        )
    return _pixels(images[:])


def _points(spec: ProjectionSpec) -> Callable[[Checkpoint], bytes]:
    def points(checkpoint: Checkpoint) -> bytes:
        path = projection.file_of(spec, checkpoint.projections)
        if path.exists():
            _own(checkpoint, path)
        view = at_once(ProjectionRequest(checkpoint.name, spec))
        if view is None:
            raise ExplorerError(f"{checkpoint.name} has no projection by {spec.method.title} yet.")
        return _npy(_placed(checkpoint, view.indices, strip(view.embedding)), np.float32)

    return points


def strip(embedding: np.ndarray) -> np.ndarray:
    """Return points of a picture, (n, 2); those on one line are spread upwards at random.

    Else points of a 1-dimensional space would hide each other.
    """
    if embedding[:, 1].any():
        return embedding
    height = _STRIP * float(np.ptp(embedding[:, 0]))
    spread = np.random.default_rng(0).uniform(-height / 2, height / 2, len(embedding))
    return np.column_stack([embedding[:, 0], spread])


def _placed(checkpoint: Checkpoint, rows: np.ndarray, embedding: np.ndarray) -> np.ndarray:
    """Return the places of all test images, NaN for those that are not among the rows."""
    xy = np.full((len(_test_codes(checkpoint).labels), 2), np.nan, np.float32)
    xy[rows] = embedding
    return xy


def _own(checkpoint: Checkpoint, path: Path) -> Path:
    """Return the path of a checkpoint's file.

    Raises:
        ExplorerError: If it is no regular file (a pipe never ends), or a link that leads out of the
            folder.
    """
    inside = path.relative_to(checkpoint.path)
    if not path.is_file() or not path.resolve().is_relative_to(checkpoint.path.resolve()):
        raise ExplorerError(
            f"{checkpoint.name}: {inside} is not sent to browsers because it is a link or no "
            "regular file; put the file itself there."
        )
    return path


def _pixels(images: np.ndarray) -> bytes:
    return _npy(np.rint(np.clip(images, 0, 1) * 255), np.uint8)


def _npy(array: np.ndarray, dtype: type[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array, dtype), allow_pickle=False)
    return buffer.getvalue()


# The projections that the decode page shows beside an image, where they are there.
# Raw axes are the codes themselves.
MAPS = tuple(
    spec
    for method in METHODS.values()
    if (spec := ProjectionSpec(method())).data_axes is None and not method.for_many
)

WHAT: dict[str, Callable[[Checkpoint], bytes]] = {
    "decoder": _decoder,
    "encoder": _encoder,
    "codes": _codes,
    "stds": _stds,
    "labels": _labels,
    "images": _images,
    **{f"points-{spec.method.name}": _points(spec) for spec in MAPS},
}
