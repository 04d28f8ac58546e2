"""Jobs that read what visitors bring."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints.keras_import import request
from explorer.checkpoints.keras_import.request import Import
from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.jobs import uploads
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest


def checkpoint_job(
    path: str, name: str, owner: str = "", report: Report = silent
) -> dict[str, Any]:
    """Make a checkpoint of a zip that was brought, and delete the zip.

    Args:
        path: Of the zip, as `explorer.jobs.uploads` names it.
        name: Of the checkpoint.
        owner: Whose it is then.
        report: Takes the progress.

    Raises:
        ExplorerError: As `explorer.checkpoints.zips.read`, or if the app is read-only.
    """
    from explorer.checkpoints import zips

    access.check_may_change("import a checkpoint")
    made = zips.read(Path(path), name, owner, report)
    uploads.discard(Path(path))
    return {"name": made.name}


def look_job(wanted: Import, report: Report = silent) -> dict[str, Any]:
    """Look at a model that was brought, before anything of it is kept.

    Returns:
        What was found; test images over their reconstructions, (2, n, h, w, c) float32 in [0, 1],
        are the job's partial result.

    Raises:
        ExplorerError: As `request.look`, or if the app is read-only or takes no code.
    """
    _check(wanted)
    seen = request.look(wanted, report)
    report(Progress(1.0, "Done", seen.images / np.float32(255)))
    return seen.about


def model_job(wanted: Import, report: Report = silent) -> dict[str, Any]:
    """Make a checkpoint of a model that was brought, delete its files, and begin its pictures.

    Raises:
        ExplorerError: As `request.save`, or if the app is read-only or takes no code.
    """
    _check(wanted)
    made = request.save(wanted, report)
    for path, *_ in (*wanted.files, *([wanted.code] if wanted.code else [])):
        uploads.discard(Path(path))
    for spec in projections.shipped(made["z_dim"]):
        with contextlib.suppress(ExplorerError):  # the map asks for it when it is wanted
            ProjectionRequest(made["name"], spec).submit(wanted.owner)
    return made


def _check(wanted: Import) -> None:
    access.check_may_change("import a model")
    if wanted.code is not None:
        access.check_code_allowed()
