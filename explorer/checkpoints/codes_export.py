"""The codes of a checkpoint in forms that others read: a table (CSV), TensorBoard's projector."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer import datasets
from explorer.checkpoints import spaces
from explorer.checkpoints.store import Checkpoint, TestCodes
from explorer.core.errors import ExplorerError
from explorer.core.png import png, sheet
from explorer.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 20_000  # written at a time
# Pixels: the largest side of a sprite that TensorBoard shows.
_SPRITE = 8192
_DECODED = 2000  # at a time


def write_csv(checkpoint: Checkpoint, path: Path, report: Report = silent) -> None:
    """Write the test codes as a table: a row per image, in the order of the data set.

    Columns: `z0`, `z1`, … (z_mean), for a VAE `z_log_var0`, …, then `label` (a number), `class`
    (its name) and, where there is a decoder, `reconstruction_error`. Numbers have nine digits, so
    that they are read back the same.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    codes = checkpoint.codes()
    with path.open("w", encoding="utf-8", newline="") as file:
        for start, table in _tables(checkpoint, codes):
            table.to_csv(file, index=False, header=start == 0, float_format="%.9g")
            report(Progress(start / len(codes.labels), "Writing the codes"))


def _tables(checkpoint: Checkpoint, codes: TestCodes) -> Iterator[tuple[int, "pd.DataFrame"]]:
    import pandas as pd

    names = np.array(datasets.info(checkpoint.dataset).class_names, object)
    parts = {"z": codes.latent.z_mean}
    if codes.latent.z_log_var is not None:
        parts["z_log_var"] = codes.latent.z_log_var
    for start in range(0, len(codes.labels), _ROWS):
        rows = slice(start, start + _ROWS)
        columns = {
            f"{name}{axis}": array[rows, axis]
            for name, array in parts.items()
            for axis in range(array.shape[1])
        }
        columns["label"] = codes.labels[rows]
        columns["class"] = names[codes.labels[rows]]
        if checkpoint.model.decodes:
            columns["reconstruction_error"] = codes.reconstruction_error[rows]
        yield start, pd.DataFrame(columns)


def write_projector(checkpoint: Checkpoint, folder: Path, report: Report = silent) -> str:
    """Write what `tensorboard --logdir FOLDER` shows as a projector: codes, labels, images.

    `vectors.tsv` (n rows of z_dim numbers), `metadata.tsv` (`index`, `class`, and what else is
    known of each), `sprite.png` (the images, in a square of at most 8,192 pixels: smaller, if they
    are too many) and `projector_config.pbtxt`.

    Args:
        checkpoint: Whose.
        folder: Where to; it is there.
        report: Takes the progress.

    Returns:
        What the images are: "originals", "reconstructions", or "" if there are none.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    codes = checkpoint.codes()
    vectors = (folder / "vectors.tsv").open("w", encoding="utf-8", newline="")
    metadata = (folder / "metadata.tsv").open("w", encoding="utf-8", newline="")
    with vectors, metadata:
        for start, table in _tables(checkpoint, codes):
            z = table[[f"z{axis}" for axis in range(checkpoint.z_dim)]]
            z.to_csv(vectors, sep="\t", index=False, header=False, float_format="%.9g")
            known = table[[name for name in _KNOWN if name in table]].copy()
            known["class"] = [" ".join(str(name).split()) for name in known["class"]]
            known.insert(0, "index", range(start, start + len(known)))
            known.to_csv(metadata, sep="\t", index=False, header=start == 0, float_format="%.6g")
            report(Progress(0.5 * start / len(codes.labels), "Writing the codes"))
    what, images = _images(checkpoint, codes, report)
    if images is not None:
        (folder / "sprite.png").write_bytes(png(sheet(images, math.isqrt(len(images) - 1) + 1), 6))
    shape = None if images is None else images.shape[2:0:-1]
    (folder / "projector_config.pbtxt").write_text(_config(checkpoint, shape), encoding="utf-8")
    return what


_KNOWN = ("class", "label", "reconstruction_error")


def _images(
    checkpoint: Checkpoint, codes: TestCodes, report: Report
) -> tuple[str, np.ndarray | None]:
    """Return what there is to see of the codes: (n, h, w, c) uint8, so small that all have room."""
    n, shape = len(codes.labels), checkpoint.model.image_shape
    side = _SPRITE // (math.isqrt(n - 1) + 1)
    draw: Callable[[slice], np.ndarray]
    try:
        what, draw = "originals", spaces.originals(checkpoint).__getitem__
    except ExplorerError:
        if not checkpoint.model.decodes:
            side = 0
        else:
            decoder = checkpoint.decoder()
            what, draw = "reconstructions", lambda rows: decoder.decode(codes.latent.z_mean[rows])
    if side < 1:
        return "", None
    step = max(1, math.ceil(max(shape[:2]) / side))
    small = []
    for start in range(0, n, _DECODED):
        part = draw(slice(start, start + _DECODED))[:, ::step, ::step]
        small.append(np.rint(np.clip(part, 0, 1) * 255).astype(np.uint8))
        report(Progress(0.5 + 0.5 * start / n, "Drawing the images"))
    return what, np.concatenate(small)


def _config(checkpoint: Checkpoint, image_shape: tuple[int, ...] | None) -> str:
    """Return the projector's own configuration, in the text form of protocol buffers."""
    sprite = ""
    if image_shape is not None:
        width, height = image_shape
        sprite = (
            '  sprite {\n    image_path: "sprite.png"\n'
            f"    single_image_dim: {width}\n    single_image_dim: {height}\n  }}\n"
        )
    return (
        f"embeddings {{\n  tensor_name: {json.dumps(checkpoint.name)}\n"
        '  tensor_path: "vectors.tsv"\n  metadata_path: "metadata.tsv"\n'
        f"{sprite}}}\n"
    )
