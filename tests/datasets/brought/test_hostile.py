"""Broken and hostile files: each is told in one sentence, and leaves nothing behind."""

import gzip
import io
import pickle
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.datasets.brought import pictures, tree
from explorer.datasets.brought.base import ImportSpec
from explorer.datasets.brought.read import read
from tests.datasets.brought.files import (
    CODES,
    GREY,
    LABELS,
    N,
    classes,
    idx,
    npz,
    packed,
    parquet,
    png,
)

Make = Callable[[Path], Path]


def _bytes(content: bytes, name: str = "file") -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _cut(make: Make, share: float) -> Make:
    def cut(folder: Path) -> Path:
        path = make(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])
        return path

    return cut


def _zip(members: dict[str, bytes], **options: Any) -> Make:
    return lambda folder: packed(folder / "a.zip", members, **options)


def _npz(**arrays: Any) -> Make:
    return lambda folder: npz(folder / "a.npz", **arrays)


def _csv(text: str) -> Make:
    return _bytes(text.encode(), "a.csv")


def _header(shape: tuple[int, ...], content: bytes = b"") -> bytes:
    file = io.BytesIO()
    about = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)
    return file.getvalue() + content


def _png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _tiff_of(width: int, height: int) -> bytes:
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 100)]
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8) + body + bytes(4)


def _link_in_zip(folder: Path) -> Path:
    info = zipfile.ZipInfo("all/a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return folder / "a.zip"


def _link_in_folder(folder: Path) -> Path:
    secret = folder / "secret.png"
    secret.write_bytes(png(GREY[0]))
    (folder / "pets").mkdir()
    for i in range(12):
        (folder / "pets" / f"{i}.png").symlink_to(secret)
    return folder / "pets"


def _locked(folder: Path) -> Path:
    path = packed(folder / "a.zip", classes())
    content = path.read_bytes()
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        parts = content.split(sign)
        parts[1:] = [part[: at - 4] + b"\x01" + part[at - 3 :] for part in parts[1:]]
        content = sign.join(parts)
    path.write_bytes(content)
    return path


def _deep(folder: Path) -> Path:
    below = folder / "pets"
    for _ in range(25):
        below = below / "d"
    below.mkdir(parents=True)
    return folder / "pets"


def _empty_folder(folder: Path) -> Path:
    (folder / "pets").mkdir()
    return folder / "pets"


def _of_one_value(folder: Path) -> Path:
    """A small file of a great many rows."""
    import pyarrow as pa

    values = pa.DictionaryArray.from_arrays(pa.array(np.zeros(300_000, np.int8)), pa.array(["a"]))
    return parquet(folder / "a.parquet", {"image": values})


HEADER = "label," + ",".join(f"pixel{i}" for i in range(144)) + "\n"
ROW = "1," + ",".join(["7"] * 144) + "\n"

REFUSED: dict[str, tuple[Make, str]] = {
    # What it is, told by its first bytes
    "empty file": (_bytes(b"", "a.npz"), "a.npz is empty: bring an .npz"),
    "PDF as npz": (_bytes(b"%PDF-1.7 ...", "a.npz"), "a.npz is a PDF: bring"),
    "HDF5 as csv": (_bytes(b"\x89HDF\r\n\x1a\n", "a.csv"), "is an HDF5 file"),
    "web page": (_bytes(b"<!DOCTYPE html><title>404", "a.npz"), "a.npz is a web page"),
    "LFS pointer": (_bytes(b"version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer"),
    "pickle": (_bytes(pickle.dumps({"x": 1})), "a pickle, which is never loaded"),
    "tar": (_bytes(b"pets/a.png".ljust(257, b"\0") + b"ustar"), "a tar archive"),
    "program": (_bytes(b"\x7fELF" + bytes(60), "a.parquet"), "a.parquet is a program"),
    "noise": (_bytes(bytes(range(128, 256))), "is of an unknown kind"),
    "one picture": (_bytes(png(GREY[0]), "a.png"), "is one picture: bring many"),
    "gzipped PDF": (_bytes(gzip.compress(b"%PDF-1.7")), r"a gzipped file \(a PDF\)"),
    "damaged gz": (_bytes(b"\x1f\x8b\x08" + bytes(20)), "a damaged gzipped file"),
    # Archives and folders
    "path that leads out": (
        _zip({"../../evil.png": png(GREY[0])}),
        r"holds a path that leads out of it \('../../evil.png'\)",
    ),
    "absolute path": (_zip({"/etc/evil.png": b""}), "a path that leads out of it"),
    "path of Windows": (_zip({"C:\\evil.png": b""}), "a path that leads out of it"),
    "link in a zip": (_link_in_zip, "a.zip is empty"),
    "links in a folder": (_link_in_folder, "pets is empty"),
    "empty zip": (_zip({}), "a.zip is empty"),
    "empty folder": (_empty_folder, "pets is empty"),
    "deep folder": (_deep, "folders in folders, more than 20 deep"),
    "zip in a zip": (
        lambda folder: packed(
            folder / "a.zip", {"inner.zip": packed(folder / "b", {"a": b"b"}).read_bytes()}
        ),
        r"holds another archive \(inner.zip\): unpack it",
    ),
    "locked zip": (_locked, "a.zip is locked with a password"),
    "LZMA zip": (_zip(classes(), compression=zipfile.ZIP_LZMA), "packed in an unusual way"),
    "cut zip": (_cut(_zip(classes()), 0.8), "a zip archive that is cut off"),
    "zip of texts": (_zip({"a.pdf": b"%PDF", "b.pdf": b"%PDF"}), "a.zip holds no images"),
    "zip of many tables": (
        _zip({"a.csv": b"1,2\n", "b.csv": b"1,2\n"}),
        r"holds 2 files of data \(a.csv, b.csv",
    ),
    # Pictures
    "huge PNG": (
        _zip({f"{i}.png": _png_of(60_000, 60_000) for i in range(12)}),
        r"12 of 12 images .* cannot be read: 0.png \(it says that it has more than 50 million",
    ),
    "huge TIFF": (
        _zip({f"{i}.tif": _tiff_of(2**31, 2**31 - 1) for i in range(12)}),
        "12 of 12 images .* cannot be read: 0.tif",
    ),
    "large member": (_zip({"a.png": bytes(2_000_000)}), "it has more than 1 MB"),
    "HTML as PNG": (
        _zip({f"{i}.png": b"<html>not found" for i in range(12)}),
        r"0.png \(it is a web page, not a picture",
    ),
    "PNG without pixels": (
        _zip({f"{i}.png": _png_of(20, 20) for i in range(12)}),
        "12 of 12 images cannot be read: fetch them again",
    ),
    "too few pictures": (_zip(classes(9)), "a.zip has 9 images or codes: at least 10"),
    # Arrays
    "objects": (
        _npz(x=np.array([{}] * N, object)),
        "The array 'x' holds Python objects, which are never loaded: numbers",
    ),
    "objects as labels": (
        _npz(x=GREY, y=np.array(["a", 1, None] * 10, object)),
        "The array 'y' holds Python objects",
    ),
    "absurd header": (
        _zip({"x.npy": _header((10**9, 100, 100))}),
        r"The array 'x' is shorter than its header says \(1000000000 × 100 × 100\)",
    ),
    "absurd .npy": (_bytes(_header((2**40, 28, 28)), "x.npy"), "'x' is shorter than its header"),
    "many dimensions": (_npz(x=np.zeros((N, 2, 2, 2, 2))), "must be arrays"),
    "two channels": (_npz(x=np.zeros((N, 12, 12, 2))), "with 1, 3 or 4 channels"),
    "complex": (_npz(x=GREY.astype(complex)), "holds complex numbers"),
    "NaN": (_npz(x=np.full((N, 12, 12), np.nan)), r"no finite numbers \(NaN or infinite"),
    "infinite": (_npz(x=np.full((N, 12, 12), np.inf)), "no finite numbers"),
    "single value": (_npz(x=np.float32(1)), "is a single value"),
    "unknown names": (_npz(foo=GREY, bar=GREY), r"no array .* known by its name.*'foo', 'bar'"),
    "too many images": (_npz(x=np.zeros((200_001, 1, 1), np.uint8)), "200,001 rows, and at most"),
    "cut npz": (_cut(_npz(x=GREY, y=LABELS), 0.5), "a.npz is no readable NumPy file"),
    "cut npy": (_bytes(_header((N, 12, 12), bytes(100)), "x.npy"), "shorter than its header"),
    "damaged npz": (
        _zip({"x.npy": b"\x93NUMPY\x09\x00" + bytes(100)}),
        "The array 'x' is damaged",
    ),
    # Labels
    "labels of others": (_npz(x=GREY, y=LABELS[:5]), r"one for each of the 30 images.*\(5,\)"),
    "measured labels": (_npz(x=GREY, y=LABELS + 0.5), r"measured numbers \(like 0.5\), no classes"),
    "labels that are NaN": (_npz(x=GREY, y=np.full(N, np.nan)), "labels are no finite numbers"),
    "not one-hot": (_npz(x=GREY, y=np.ones((N, 3))), "not one-hot"),
    "too many classes": (
        _npz(x=np.zeros((200, 8, 8)), y=np.arange(200)),
        "200 different values, and at most 100 classes",
    ),
    # CSV
    "header alone": (_csv(HEADER), "a.csv has no rows"),
    "a line without end": (_csv("1," * 1_100_000), "a line of more than 2 MB"),
    "many columns": (_csv("1," * 60_000), "60,001 columns, and at most 49,252"),
    "text among the pixels": (
        _csv(HEADER + ROW * 10 + ROW.replace(",7,", ",x,", 1)),
        "line 12, column 2 is no number. Received: 'x'",
    ),
    "missing columns": (_csv(HEADER + ROW * 10 + "1,2\n"), "line 12 has 2 columns, the first has"),
    "empty cells": (_csv(HEADER + ROW * 10 + ROW.replace(",7,", ",,", 1)), "is no number"),
    "NaN in a table": (_csv(HEADER + ROW * 10 + ROW.replace(",7,", ",nan,", 1)), "finite numbers"),
    "UTF-16": (_bytes("label,a\n1,2\n".encode("utf-16"), "a.csv"), "a text in UTF-16"),
    "NUL": (_csv(HEADER + ROW * 10 + "1,\0\n"), "is no text"),
    "open quote": (_csv('a,b\n1,"' + "2\n" * 100_000), "is no readable CSV file"),
    "words": (_csv("hello world\n" * 20), "no columns of numbers"),
    # IDX
    "absurd IDX": (
        _bytes(b"\0\0\x08\x03" + b"\xff" * 12),
        "4,294,967,295 × 4,294,967,295 .* damaged or too large",
    ),
    "cut IDX": (_cut(lambda folder: idx(folder / "a", GREY), 0.5), "is cut off: its header tells"),
    "cut gz": (
        _cut(lambda folder: idx(folder / "a.gz", GREY, zipped=True), 0.7),
        "a.gz cannot be read .*end-of-stream",
    ),
    "labels alone": (lambda folder: idx(folder / "a", LABELS), "bring the file of the images too"),
    # Parquet
    "cut parquet": (
        _cut(lambda folder: parquet(folder / "a.parquet", {"z": CODES.tolist()}), 0.7),
        "a damaged parquet file",
    ),
    "many rows": (_of_one_value, "300,000 rows, and at most 200,000"),
    "lists of all lengths": (
        lambda folder: parquet(folder / "a.parquet", {"z": [[1.0] * (i + 1) for i in range(N)]}),
        "lists of numbers differ in length",
    ),
    "missing lists": (
        lambda folder: parquet(folder / "a.parquet", {"z": [[1.0, 2.0], None] * 15}),
        "Some rows have no values",
    ),
    "paths alone": (
        lambda folder: parquet(
            folder / "a.parquet", {"image": [{"bytes": None, "path": "a.png"}] * N}
        ),
        "no column of images",
    ),
    "columns of texts": (
        lambda folder: parquet(folder / "a.parquet", {"text": ["a"] * N}),
        "no column of images, lists of numbers or numbers; it has text",
    ),
    # Codes
    "long codes": (_npz(z=np.zeros((N, 3000))), r"rows of 1 to 2,048 numbers"),
    "codes that are NaN": (_npz(z=np.full((N, 2), np.nan)), "no finite numbers"),
    "codes beyond": (_npz(z=np.full((N, 2), 1e30)), "beyond 1e.12: scale them down"),
    "codes of others": (_npz(z=CODES[:5], x=GREY), "one row for each of 30 images"),
    "variances of others": (_npz(z_mean=CODES, z_log_var=CODES[:, :2]), "one row for each"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_in_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 1_000_000)
    make, sentence = REFUSED[kind]
    source, folder = tmp_path / "source", tmp_path / "written"
    source.mkdir()
    folder.mkdir()
    path = make(source)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ExplorerError, match=sentence) as refused:
        read(str(path), path.name, ImportSpec(), str(folder))
    assert len(str(refused.value)) < 600
    assert [item for item in sorted(tmp_path.rglob("*")) if item not in before] in (
        [],
        [folder / "test_images.npy", folder / "train_images.npy"],  # the folder is not kept
    )


def test_a_bomb_of_files_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_MAX_DIRECTORY", 1000)
    path = packed(tmp_path / "a.zip", classes())
    with pytest.raises(ExplorerError, match=r"holds about .* files, and at most 200,000 images"):
        read(str(path), "a.zip", ImportSpec(), str(tmp_path))


_NAMES = {
    "quotes": 'it\'s "so"',
    "HTML": "<img src=x onerror=alert(1)>",
    "emoji": "🐈 cat",
    "Markdown": "**a** [b](javascript:c) $x$",
    "right to left": "a\u202eb",
    "long": "n" * 300,
    "line": "a\nb",
}


@pytest.mark.parametrize("name", _NAMES.values(), ids=_NAMES)
def test_names_of_any_kind_are_texts(name: str, tmp_path: Path) -> None:
    members = {f"{[name, 'other'][i % 2]}/{i}.png": png(GREY[i]) for i in range(N)}
    path = packed(tmp_path / "a.zip", {key.replace("//", "/"): v for key, v in members.items()})
    folder = tmp_path / "written"
    folder.mkdir()
    answer = read(str(path), f"{name}.zip", ImportSpec(), str(folder))
    (shown,) = set(answer["class_names"]) - {"other"}
    assert shown.isprintable()
    assert 0 < len(shown) <= 100
    assert all(len(note) <= 300 for note in answer["notes"])


def test_one_class_is_none(tmp_path: Path) -> None:
    answer = read(
        str(npz(tmp_path / "a.npz", x=GREY, y=np.ones(N))), "a", ImportSpec(), str(tmp_path)
    )
    assert answer["class_names"] == []
    assert "All labels are the same (1): they were left out." in answer["notes"]


def test_a_few_bad_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    members = classes() | {"pets/class 0/z.png": b"%PDF", "pets/class 1/z.png": _png_of(20, 20)}
    folder = tmp_path / "written"
    folder.mkdir()
    answer = read(str(packed(tmp_path / "a.zip", members)), "a.zip", ImportSpec(), str(folder))
    told = " ".join(answer["notes"])
    assert "1 image was left out, which cannot be read: pets/class 0/z.png (it is a PDF" in told
    assert "1 image was left out: the pixels cannot be read." in told
    images = [np.load(folder / f"{part}_images.npy") for part in ("train", "test")]
    labels = [np.load(folder / f"{part}_labels.npy") for part in ("train", "test")]
    assert [len(part) for part in images] == [len(part) for part in labels]
    assert sum(map(len, images)) == N == answer["n_train"] + answer["n_test"]


@pytest.mark.parametrize("side", [-1, 3, 129, 1.5])
def test_options_are_checked(side: Any) -> None:
    with pytest.raises(ExplorerError, match="side must be"):
        ImportSpec(side=side)
    with pytest.raises(ExplorerError, match="shape must be height and width"):
        ImportSpec(shape="28x")
