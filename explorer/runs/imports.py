"""Jobs that read what visitors bring."""

from pathlib import Path
from typing import Any

from explorer.core import access
from explorer.core.progress import Report, silent
from explorer.jobs import uploads


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
