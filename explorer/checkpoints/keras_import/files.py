"""What a file is, told by its first bytes; archives are opened within limits."""

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.spec import MAX_PARAMETERS

# Weights in float32, twice as much again for the optimiser's.
MAX_BYTES = 12 * MAX_PARAMETERS + 10_000_000
MAX_JSON = 20_000_000
_MAX_MEMBERS = 2000
_MAX_DIRECTORY = 1_000_000
_HDF5 = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Source:
    """A file that was brought.

    Attributes:
        name: What its owner calls it.
        path: Where it lies.
        kind: "keras", "hdf5", "json", "onnx" or "saved model".
    """

    name: str
    path: Path
    kind: str


def open_source(path: Path, name: str) -> Source:
    """Look at the first bytes of a file, or at the content of a folder.

    Raises:
        ExplorerError: If it is nothing that can be imported; the sentence says what it seems to be.
    """
    if path.is_dir() and not path.is_symlink():
        if (path / "saved_model.pb").is_file():
            return Source(name, path, "saved model")
        raise ExplorerError(
            f"{name} is a folder without saved_model.pb: give a .keras or .h5 file, or the folder "
            "that model.save made."
        )
    try:
        with storage.open_file(path, MAX_BYTES) as file:
            head = file.read(512)
            kind = _kind(file, head, name)
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        raise ExplorerError(f"{name} cannot be opened: {error}.") from error
    return Source(name, path, kind)


def _kind(file: BinaryIO, head: bytes, name: str) -> str:
    if not head:
        raise ExplorerError(f"{name} is empty: copy or download it again.")
    if head.startswith(_HDF5):
        return "hdf5"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file, name)
    if head.lstrip().startswith((b"{", b"[")):
        return "json"
    for begins, is_a in _OTHERS.items():
        if head.lstrip().lower().startswith(begins):
            raise ExplorerError(f"{name} {is_a}")
    if head[4:8] == b"TFL3":
        raise ExplorerError(f"{name} is a TensorFlow Lite model: give the Keras model it is of.")
    if name.lower().endswith(".onnx"):
        return "onnx"
    if name.lower().endswith(".pb"):
        raise ExplorerError(
            f"{name} is one file of a SavedModel: give the whole folder, as a .zip."
        )
    raise ExplorerError(
        f"{name} is no file of Keras or ONNX, whatever its name says: it begins with "
        f"{head[:8]!r}. Give a .keras, .h5, .onnx, or the .zip of a SavedModel."
    )


_ADVICE = "save the Keras model with model.save('model.keras') and give that file."
_OTHERS = {
    b"version https://git-lfs": "is a Git LFS pointer, not the file itself: run 'git lfs pull' and "
    "give the file that comes.",
    b"<!doctype": "is a web page, not a model: download the file itself ('raw' or 'download').",
    b"<html": "is a web page, not a model: download the file itself ('raw' or 'download').",
    b"<?xml": "is a text in XML, not a model: download the file itself.",
    b"\x80": f"is a Python pickle, which could run any program and is never opened: {_ADVICE}",
    b"\x93numpy": f"is an array of NumPy, not a model: {_ADVICE}",
    b"\x1f\x8b": "is packed with gzip: unpack it and give the file inside, or a .zip.",
    b"rar!": "is a RAR archive: unpack it and give the file inside, or a .zip.",
    b"7z\xbc": "is a 7z archive: unpack it and give the file inside, or a .zip.",
}


def _kind_of_archive(file: BinaryIO, name: str) -> str:
    with _archive(file, name) as archive:
        members = archive.namelist()
    if "config.json" in members:
        return "keras"
    ends = {member.rsplit("/", 1)[-1] for member in members}
    if "saved_model.pb" in ends:
        return "saved model"
    if "data.pkl" in ends:
        raise ExplorerError(
            f"{name} is a model of PyTorch, a pickle, which is never opened: export encoder and "
            "decoder with torch.onnx.export and give the two .onnx files."
        )
    raise ExplorerError(
        f"{name} is an archive without config.json or saved_model.pb: it is neither a .keras file "
        "nor a SavedModel."
    )


def _archive(file: BinaryIO, name: str) -> zipfile.ZipFile:
    """Open an archive whose list of members is short: each of them takes room and time."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - 65_557))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if end >= 0 and _MAX_DIRECTORY < directory < 2**32 - 1:
        raise ExplorerError(f"{name} lists more files than any model has.")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ExplorerError(
            f"{name} begins as a .zip and ends before its end: copy or download it again."
        ) from error
    if len(archive.infolist()) > _MAX_MEMBERS:
        raise ExplorerError(f"{name} holds more files than any model has.")
    return archive


def members(source: Source) -> list[str]:
    """Return the names of the files in an archive."""
    with storage.open_file(source.path) as file, _archive(file, source.name) as archive:
        return archive.namelist()


def read_member(source: Source, member: str, limit: int) -> bytes | None:
    """Return a file of an archive or folder; None if there is none of that name.

    Raises:
        ExplorerError: If it is larger than `limit` bytes, or damaged.
    """
    try:
        if source.path.is_dir():
            with storage.open_file(source.path / member, limit) as file:
                return file.read(limit)
        with storage.open_file(source.path) as file, _archive(file, source.name) as archive:
            info = archive.getinfo(member)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("it is packed in a way that models are not")
            if info.file_size > limit:
                raise ValueError(f"it has {info.file_size:,} bytes, {limit:,} are allowed")
            with archive.open(info) as packed:
                # Whatever the list says: not more than that.
                content = packed.read(limit + 1)
            if len(content) > limit:
                raise ValueError(f"it has more than {limit:,} bytes")
            return content
    except (KeyError, FileNotFoundError):
        return None
    except ExplorerError:
        raise
    except Exception as error:  # what a hostile archive makes its reader raise shares no base class
        raise ExplorerError(
            f"{member} in {source.name} cannot be read: {str(error)[:200]}."
        ) from error


def parse_json(content: bytes, what: str) -> Any:
    """Parse the JSON of a model; NaN and infinity are allowed where Keras writes them.

    Raises:
        ExplorerError: If it is none, or nested too deep.
    """
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ExplorerError(f"{what} is no JSON that Keras writes: {str(error)[:100]}.") from error
