"""`job.json`, the file that tells of a job: read, and refused where a value is not of its kind."""

from pathlib import Path
from textwrap import shorten
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.storage import check_folder, check_name, read_json

STATES = ("queued", "running", "done", "failed", "interrupted")

_NUMBER = (int, float)
_NONE = type(None)
# Name of a field: the types of its values, and whether it may be absent.
_FIELDS: dict[str, tuple[tuple[type, ...], bool]] = {
    "name": ((str,), False),
    "slot": ((str,), False),
    "owner": ((str,), False),
    "state": ((str,), False),
    "fraction": (_NUMBER, False),
    "message": ((str,), False),
    "created": (_NUMBER, False),
    "updated": (_NUMBER, False),
    "remote": ((bool,), False),
    "submitter": ((dict,), False),
    "attempts": ((int,), False),
    "started": ((*_NUMBER, _NONE), True),
    "ended": ((*_NUMBER, _NONE), True),
    "error": ((str,), True),
    "worker": ((dict,), True),
    "first": ((list,), True),
    "round": ((int,), True),
}
_PROCESS = {"host": (str,), "pid": (int,), "since": _NUMBER}


def read(folder: Path) -> dict[str, Any]:
    """Read what a job's folder tells of it.

    Raises:
        ExplorerError: If the folder is a link, or the file is missing or damaged: it is no JSON,
            lacks a field or has a value of another kind.
    """
    check_name(folder.name)
    check_folder(folder)
    content = read_json(folder / "job.json")
    reason = _fault(content)
    if reason:
        raise ExplorerError(f"The job {folder.name} is damaged: {shorten(reason, 200)}")
    return dict(content)


def _fault(content: Any) -> str:
    """Return what is wrong, or ""."""
    if not isinstance(content, dict):
        return f"job.json must be an object. Received: {content!r}."
    for name, (kinds, optional) in _FIELDS.items():
        if optional and name not in content:
            continue
        if type(value := content.get(name)) not in kinds:
            return f"{name} must be {_words(kinds)}. Received: {value!r}."
    if content["state"] not in STATES:
        return f"state must be one of {', '.join(STATES)}. Received: {content['state']!r}."
    if content["state"] == "running" and not {"worker", "started"} <= content.keys():
        return "it runs, and its worker is not told."
    for process in (content["submitter"], content.get("worker")):
        if process is not None:
            for name, kinds in _PROCESS.items():
                if type(value := process.get(name)) not in kinds:
                    return f"{name} of a process must be {_words(kinds)}. Received: {value!r}."
    first = content.get("first")
    if first is not None and [type(value) in _NUMBER for value in first] != [True, True]:
        return f"first must be two numbers. Received: {first!r}."
    return ""


def _words(kinds: tuple[type, ...]) -> str:
    names = {
        str: "text",
        int: "a number",
        float: "a number",
        bool: "true or false",
        dict: "an object",
    }
    return " or ".join(dict.fromkeys(names.get(kind, kind.__name__) for kind in kinds))
