"""Small pictures of checkpoints and data sets: drawn when a browser asks for them, and kept by it.

A page names them without drawing them: `pictures/<kind>/<name>/<what>-<hash>.png`, where the hash
is of what they are drawn from.
"""

import re
from collections.abc import Callable

import numpy as np

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.core.png import png, sheet
from explorer.figures import class_color
from explorer.projection import ProjectionSpec
from explorer.projection.tsne import TSNE
from explorer.projection.umap import UMAP
from explorer.runs.projections import ProjectionRequest
from explorer.ui.shared import cached

_VERSION = 1  # raise it when they are drawn otherwise
_NAME = re.compile(r"([a-z]+)-([0-9a-f]{12})\.png")
TILES = (5, 2)  # columns and rows of reconstructions
_SIDE = 224  # pixels of a small map
_POINTS, _FEW = 4000, 1500
_MARGIN = 6
# Of a contact sheet: columns, and images that it holds at most.
_SHEET, _MOST = 12, 60


def of_checkpoint(name: str, what: str) -> str:
    """Return the address of a checkpoint's picture, relative to the app's own.

    Args:
        name: Of the checkpoint.
        what: "reconstructions" (one of a test image of each of ten classes) or "map".
    """
    return f"pictures/checkpoint/{name}/{what}-{_checkpoint_hash(name)}.png"


def of_dataset(name: str) -> str:
    """Return the address of a data set's contact sheet."""
    return f"pictures/dataset/{name}/sheet-{_dataset_hash(name)}.png"


def find(kind: str, name: str, file: str) -> bytes:
    """Return a picture, as a PNG.

    Args:
        kind: "checkpoint" or "dataset".
        name: Of the checkpoint or the data set.
        file: As it ends an address.

    Raises:
        ExplorerError: If there is none of that name, or it cannot be drawn.
    """
    parts = _NAME.fullmatch(file)
    known = _KINDS.get(kind)
    if parts is None or known is None:
        raise ExplorerError(f"There is no such picture. Received: {file[:100]!r}.")
    hashed, drawn = known
    if parts[1] not in drawn or hashed(name) != parts[2]:
        raise ExplorerError(f"There is no such picture any more. Received: {file[:100]!r}.")
    return _drawn(kind, name, parts[1], parts[2])


@keep(512)
def _drawn(kind: str, name: str, what: str, digest: str) -> bytes:
    return _KINDS[kind][1][what](name)


def _checkpoint_hash(name: str) -> str:
    checkpoints.get(name)
    changed = cached.key_of(name).changed
    return storage.content_hash({"name": name, "changed": changed}, _VERSION)


def _dataset_hash(name: str) -> str:
    about = datasets.info(name)
    here = datasets.is_local(name)
    content = {"name": name, "created": about.created, "n": about.n_test, "here": here}
    return storage.content_hash(content, _VERSION)


def _reconstructions(name: str) -> bytes:
    checkpoint = checkpoints.get(name)
    test = checkpoint.codes()
    most = TILES[0] * TILES[1]
    chosen = np.unique(test.labels, return_index=True)[1][:most]
    others = np.setdiff1d(np.arange(min(len(test.labels), 10 * most)), chosen)
    rows = np.concatenate([chosen, others[: most - len(chosen)]])
    images = checkpoint.decoder().decode(test.latent.z_mean[rows])
    return _tiles(_bytes(images), TILES[0])


def _bytes(images: np.ndarray) -> np.ndarray:
    pixels: np.ndarray = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
    return pixels


def _tiles(images: np.ndarray, columns: int) -> bytes:
    """Return images, (n, h, w, c) uint8, as a PNG, with nothing between them."""
    whole = np.full((*images.shape[:3], 4), 255, np.uint8)
    whole[..., :3] = images
    return png(sheet(whole, columns, gap=max(1, images.shape[2] // 14)), 6)


def _map(name: str) -> bytes:
    checkpoint = checkpoints.get(name)
    labels = checkpoint.codes().labels
    xy, rows = _points(checkpoint)
    if len(xy) > _POINTS:
        some = np.random.default_rng(0).permutation(len(xy))[:_POINTS]
        xy, rows = xy[some], rows[some]
    return png(scattered(xy, labels[rows]), 6)


def _points(checkpoint: Checkpoint) -> tuple[np.ndarray, np.ndarray]:
    """Return points in two dimensions, (n, 2), and whose they are, (n,)."""
    z = checkpoint.codes().latent.z_mean
    for method in (UMAP, TSNE) if z.shape[1] > 2 else ():
        found = ProjectionRequest(checkpoint.name, ProjectionSpec(method())).find()
        if found is not None:
            return found.embedding, found.indices
    return flat(z), np.arange(len(z))


def flat(z: np.ndarray) -> np.ndarray:
    """Return codes, (n, z_dim), in two dimensions: as they are, or their PCA.

    Those of one dimension lie along it, at random heights.
    """
    if z.shape[1] == 1:
        heights = np.random.default_rng(0).random(len(z)) * np.ptp(z) / 4
        return np.column_stack([z[:, 0], heights])
    if z.shape[1] == 2:
        return z
    some = z[np.random.default_rng(0).permutation(len(z))[:_POINTS]]
    axes = np.linalg.eigh(np.atleast_2d(np.cov(some.T)))[1]
    turned: np.ndarray = (z - some.mean(axis=0)) @ axes[:, :-3:-1]
    return turned


def scattered(xy: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return points on nothing, (side, side, 4) uint8; those far out lie on the edge."""
    low, high = np.quantile(xy, [0.02, 0.98], axis=0)
    span = max(1.2 * float((high - low).max()), 1e-9)
    place = (xy - (low + high) / 2) / span  # most of them in [-0.5, 0.5]
    inner = _SIDE - 2 * _MARGIN
    at = np.clip(np.rint(_SIDE / 2 + place * [inner, -inner]), 0, _SIDE - 3).astype(int)
    pixels = np.zeros((_SIDE, _SIDE, 4), np.uint8)
    hexes = [class_color(label) for label in range(int(labels.max()) + 1)]
    colors = np.array([[int(each[i : i + 2], 16) for i in (1, 3, 5)] for each in hexes], np.uint8)
    size = 3 if len(xy) < _FEW else 2
    for dx, dy in np.ndindex(size, size):
        x, y = at[:, 0] + dx, at[:, 1] + dy
        pixels[y, x, :3] = colors[labels]
        pixels[y, x, 3] = 255
    return pixels


def _sheet(name: str) -> bytes:
    about = datasets.info(name)
    raw = datasets.raw(name, "test" if about.n_test else "train")
    rows = contact(raw.y)
    images = np.asarray(raw.x[np.sort(rows)])[np.argsort(np.argsort(rows))]
    images = images.reshape(-1, *about.image_shape)
    if about.white != 255:
        images = np.rint(images.astype(np.float32) * (255 / about.white)).astype(np.uint8)
    return _tiles(images, min(_SHEET, len(images)))


def contact(labels: np.ndarray) -> np.ndarray:
    """Return the rows of a contact sheet: as many of each class as there is room for, by class.

    Args:
        labels: Shape (n,), n ≥ 1.

    Returns:
        Shape (m,), m at most 60.
    """
    classes = np.unique(labels)[:_MOST]
    each = _MOST // len(classes)
    rows = [np.flatnonzero(labels == label)[:each] for label in classes]
    return np.concatenate(rows)


_Draw = Callable[[str], bytes]
_KINDS: dict[str, tuple[Callable[[str], str], dict[str, _Draw]]] = {
    "checkpoint": (_checkpoint_hash, {"reconstructions": _reconstructions, "map": _map}),
    "dataset": (_dataset_hash, {"sheet": _sheet}),
}
