"""Checkpoints as files for others: made by a job, kept beside the jobs for a day, and fetched."""

import os
import re
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent

if TYPE_CHECKING:
    from explorer.jobs import Job

_KEPT = 86_400.0  # seconds
_FOLDER = re.compile(r"[0-9a-f]{12}")
# What an export tells of a checkpoint: when one of these changes it is made anew.
_READ = ("config.json", "codes.npz", "decoder.onnx", "encoder.onnx", "projections", "frames")
VERSION = 1


@dataclass(frozen=True)
class Form:
    """A form in which a checkpoint is given to others.

    Attributes:
        key: Names it.
        title: Its name for people.
        caption: What is in it, and what for.
        ending: Of the file.
        write: Writes it: takes the checkpoint, the file and a report. A top-level function of a
            module, which travels to a worker.
    """

    key: str
    title: str
    caption: str
    ending: str
    write: Callable[[Checkpoint, Path, Report], None]


def _zip(checkpoint: Checkpoint, path: Path, report: Report) -> None:
    from explorer.checkpoints import zips

    zips.write(checkpoint, path, report)


def _csv(checkpoint: Checkpoint, path: Path, report: Report) -> None:
    from explorer.checkpoints import codes_export

    codes_export.write_csv(checkpoint, path, report)


def _tensorboard(checkpoint: Checkpoint, path: Path, report: Report) -> None:
    from explorer.checkpoints import codes_export

    folder = path.with_name("tensorboard")
    folder.mkdir()
    codes_export.write_projector(checkpoint, folder, part(report, 0.0, 0.9))
    pack(folder, path)
    storage.remove_folder(folder)


def pack(folder: Path, path: Path) -> None:
    """Write a folder as a zip, with its name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{folder.name}/{file.relative_to(folder).as_posix()}")


FORMS = (
    Form(
        "zip",
        "Everything",
        "All of it in one zip: configuration, history, Keras and ONNX models, pictures, and the "
        "codes as CSV and for TensorBoard. Another Latent Explorer imports it.",
        ".zip",
        _zip,
    ),
    Form(
        "csv",
        "Codes",
        "The codes of the test images as a table (CSV), with labels and reconstruction errors.",
        "-codes.csv",
        _csv,
    ),
    Form(
        "tensorboard",
        "TensorBoard",
        "Codes, labels and images for TensorBoard's projector: unpack, then "
        "`tensorboard --logdir tensorboard`.",
        "-tensorboard.zip",
        _tensorboard,
    ),
)


def job_name(name: str, form: Form) -> str:
    """Return the name of the job that makes an export: the same for all who want it."""
    return f"{name}/export-{form.key}"


def find(name: str, form: Form) -> Path | None:
    """Return the export of the checkpoint `name` as it is now, or None if it is not there."""
    path = _path(name, form)
    return path if storage.is_own_file(path) else None


def file(folder: str, name: str) -> Path | None:
    """Return the export that lies in a folder of `address`, or None."""
    if not _FOLDER.fullmatch(folder):
        return None
    path = _all() / folder / storage.check_name(name)
    return path if storage.is_own_file(path) else None


def address(path: Path) -> str:
    """Return the address of an export, relative to the app's own."""
    return f"exports/{path.parent.name}/{path.name}"


def submit(name: str, form: Form, owner: str = "") -> "Job":
    """Let a job make an export; return at once.

    Raises:
        ExplorerError: If the jobs folder cannot be written, or too many jobs of the owner wait.
    """
    from explorer import jobs

    return jobs.submit(job_name(name, form), export_job, name, form, owner=owner)


def export_job(name: str, form: Form, report: Report = silent) -> dict[str, Any]:
    """Make an export, in a worker; return its `size` in bytes."""
    _tidy()
    path = _path(name, form)
    try:
        with storage.atomic_folder(path.parent) as folder:
            form.write(checkpoints.get(name), folder / path.name, report)
    except OSError as error:
        reason = f"The export cannot be written ({error.strerror}): make room."
        raise ExplorerError(reason) from error
    return {"size": path.stat().st_size}


def _path(name: str, form: Form) -> Path:
    folder = checkpoints.root() / storage.check_name(name)
    content = {
        "folder": str(folder),
        "form": form.key,
        "files": [_change(folder / f) for f in _READ],
    }
    return _all() / storage.content_hash(content, VERSION) / f"{name}{form.ending}"


def _change(path: Path) -> list[int]:
    try:
        about = path.stat()
    except OSError:
        return []
    return [about.st_mtime_ns, about.st_size]


def _all() -> Path:
    from explorer.jobs import jobs_folder

    return jobs_folder() / ".exports"


def _tidy() -> None:
    with suppress(OSError), os.scandir(_all()) as entries:
        for entry in entries:
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _KEPT:
                storage.remove_folder(Path(entry))
