"""`import data`: images, or codes without a model, in a file or a folder."""

import argparse
import json
from pathlib import Path
from typing import Any

from explorer import datasets
from explorer.checkpoints import codes_import
from explorer.checkpoints.codes_import import Kept
from explorer.cli import options
from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.datasets.brought.base import NO_LABELS, ImportSpec


def add(kinds: Any) -> None:
    """Add the subcommand to those of `import`."""
    parser = kinds.add_parser(
        "data",
        help="images, or codes without a model",
        description="Import images, or codes without a model, as a data set of this machine: an "
        ".npz (x, y or x_train, …), a zip or folder of images (a folder for each class), a CSV of "
        "pixels with a column of labels, IDX (labels beside the images are found), or parquet.",
    )
    add = parser.add_argument
    add("file", type=Path, help="file or folder")
    add("--name", required=True, help="of the data set")
    options.add(parser, {"import": ImportSpec})
    add("--labels", default="", help="column or array of the labels; 'none': there are none")
    add("--class-names", nargs="+", default=(), help="of the classes, in the order of their labels")
    add("--shape", default="", help="of images that come as rows of numbers, like 28x20")
    add("--dataset", choices=datasets.names(), help="whose test images codes are of")
    add("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> None:
    if not given.file.exists():
        raise ExplorerError(f"There is no file {given.file}.")
    declared = options.given(given, ("content", "side", "fit", "colour", "test_share", "seed"))
    spec = ImportSpec(
        **declared,
        labels=NO_LABELS if given.labels.lower() == NO_LABELS else given.labels,
        class_names=tuple(given.class_names),
        shape=given.shape,
    )
    with Bar() as bar:
        kept = codes_import.bring(given.file, given.name, spec, given.dataset, bar)
    if given.json:
        print(json.dumps(_answer(kept), indent=2))
        return
    about = kept.dataset
    shape = " × ".join(map(str, about.image_shape)) if about.has_images else "codes alone"
    classes = f"{len(about.class_names)} classes" if about.labelled else "no labels"
    print(f"{about.name}: {about.n_train + about.n_test:,} images, {shape}, {classes}")
    for note in about.notes:
        print(f"  {note}")
    if kept.checkpoint is not None:
        made = kept.checkpoint
        print(f"{made.path}: {about.n_test:,} codes of {made.z_dim} numbers, no decoder")


def _answer(kept: Kept) -> dict[str, Any]:
    about = kept.dataset
    return {
        "name": about.name,
        "n": about.n_train + about.n_test,
        "n_train": about.n_train,
        "n_test": about.n_test,
        "image_shape": list(about.image_shape) if about.has_images else None,
        "classes": list(about.class_names) if about.labelled else [],
        "notes": list(about.notes),
        "checkpoint": kept.checkpoint.name if kept.checkpoint else None,
        "z_dim": kept.checkpoint.z_dim if kept.checkpoint else None,
    }
