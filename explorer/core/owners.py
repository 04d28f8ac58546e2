"""Whose a checkpoint or a data set is: the visitor who trained, copied or imported it.

A file `owner` in its folder, of 16 hexadecimal digits that name a visitor and open nothing. What
the command line made, and what ships, is nobody's: the host's.
"""

import contextlib
import re
from pathlib import Path

from explorer.core import storage

FILE = "owner"
_ID = re.compile(r"[0-9a-f]{16}")


def of(path: Path) -> str:
    """Return the owner of what is in a folder, "" if it has none."""
    try:
        text = storage.read_text(path / FILE, 100)
    except (OSError, ValueError):
        return ""
    return text if _ID.fullmatch(text) else ""


def give(path: Path, owner: str) -> None:
    """Let what is in a folder be a visitor's; "" makes it nobody's."""
    with contextlib.suppress(OSError):  # then it is the host's
        if owner:
            with storage.atomic_path(path / FILE) as temporary:
                temporary.write_text(owner, encoding="utf-8")
        else:
            (path / FILE).unlink(missing_ok=True)
