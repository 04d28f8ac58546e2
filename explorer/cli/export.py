"""`export`: a checkpoint, or its codes, in forms that others read."""

import argparse
import os
from pathlib import Path
from typing import Any

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.cli import site
from explorer.cli.bar import Bar
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report


def add(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "export",
        help="write a checkpoint, or its codes, for others",
        description="Write a checkpoint, or its codes, in a form that others read.",
    )
    parser.add_argument("name", help="name of the checkpoint")
    forms = parser.add_mutually_exclusive_group(required=True)
    forms.add_argument(
        "--zip",
        type=Path,
        metavar="FILE",
        help="all of it in one file, which 'import checkpoint' and the Library read",
    )
    forms.add_argument(
        "--tensorboard",
        type=Path,
        metavar="DIR",
        help="codes, labels and images for TensorBoard's projector: tensorboard --logdir DIR",
    )
    forms.add_argument("--csv", type=Path, metavar="FILE", help="the codes as a table")
    site.add(parser, forms)
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    checkpoint = checkpoints.get(options.name)
    if options.site is not None:
        site.write(checkpoint, options)
        return
    with Bar() as bar:
        if options.zip is not None:
            from explorer.checkpoints import zips

            zips.write(checkpoint, options.zip, bar)
        else:
            _codes(checkpoint, options, bar)
    print(options.zip or options.tensorboard or options.csv)


def _codes(checkpoint: Checkpoint, options: argparse.Namespace, report: Report) -> None:
    from explorer.checkpoints import codes_export

    target: Path = options.csv or options.tensorboard
    try:
        if options.csv is not None:
            with storage.atomic_path(target) as temporary:
                codes_export.write_csv(checkpoint, temporary, report)
            return
        check_new(target)
        with storage.temporary_folder(target) as folder:
            codes_export.write_projector(checkpoint, folder, report)
            folder.rename(target)
    except OSError as error:
        raise ExplorerError(
            f"{target} cannot be written ({error.strerror}): make room, or name another place."
        ) from error


def check_new(folder: Path) -> None:
    """Refuse a folder that holds something: it is not mixed with what is written.

    Raises:
        ExplorerError: If it does, or is no folder.
    """
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise ExplorerError(f"{folder} is not empty: name a new folder.")
