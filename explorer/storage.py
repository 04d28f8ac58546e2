"""Files that are either whole or absent, and the stable names of specs."""

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import ExplorerError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def spec_hash(spec: Any, version: int) -> str:
    """Name a frozen dataclass spec by its content.

    Args:
        spec: A dataclass instance whose fields are JSON values.
        version: Version of the code that uses the spec; raise it when results change.

    Returns:
        12 hexadecimal digits, the same in every process and on every machine.
    """
    content = {"version": version, "kind": type(spec).__name__, **asdict(spec)}
    text = json.dumps(content, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_name(name: str) -> str:
    """Return `name` if it can be a folder's name, and nothing else than that.

    Raises:
        ExplorerError: If it is empty, too long, hidden, or could lead out of its folder.
    """
    if not _NAME.fullmatch(name):
        raise ExplorerError(
            f"{name[:100]!r} cannot be a name: use 1 to 80 letters, digits, '-', '_' and '.', "
            "beginning with a letter or a digit."
        )
    return name


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` if the block succeeds.

    Readers see the old file or the new one, never half of one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        temporary = Path(folder) / path.name
        yield temporary
        temporary.replace(path)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder; put it in the place of `path` if the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        temporary = Path(folder) / "new"
        temporary.mkdir()
        yield temporary
        if path.exists():
            path.rename(Path(folder) / "old")
        temporary.rename(path)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented JSON, atomically. NaN and infinities are refused."""
    with atomic_path(path) as temporary:
        text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        ExplorerError: If the file is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise ExplorerError(f"{path} is not a readable JSON file ({error}).") from error


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays to a compressed .npz, atomically."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_npz(path: Path, *required: str, only: bool = False) -> dict[str, np.ndarray]:
    """Read the arrays of an .npz file: all, or `only` the required ones. Nothing is unpickled.

    Raises:
        ExplorerError: If the file is missing, damaged, holds Python objects, or lacks one of the
            `required` arrays.
    """
    try:
        # np.load would leave a file open that it had opened itself and found damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files if not only or key in required}
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {path}.") from None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ExplorerError(
            f"{path} is not a readable .npz file ({error}); it may be damaged or hold Python "
            "objects, which are never loaded."
        ) from error
    missing = [key for key in required if key not in arrays]
    if missing:
        raise ExplorerError(f"{path} lacks the array {missing[0]!r}; it has {sorted(arrays)}.")
    return arrays


def remove_folder(path: Path) -> None:
    """Delete a folder with its content; a missing one is fine."""
    shutil.rmtree(path, ignore_errors=True)
