"""Files that are whole or absent, and stable names."""

import io
import os
import struct
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from explorer.core import storage
from explorer.core.errors import ExplorerError


@dataclass(frozen=True)
class _Spec:
    method: str = "pca"
    seed: int = 0


def test_a_hash_depends_on_content_and_version_alone() -> None:
    assert storage.spec_hash(_Spec(), 1) == storage.spec_hash(_Spec("pca", 0), 1)
    others = [storage.spec_hash(_Spec(seed=1), 1), storage.spec_hash(_Spec(), 2)]
    assert len({storage.spec_hash(_Spec(), 1), *others}) == 3
    # Written out: a name that changes by accident would lose all caches on disk.
    assert storage.spec_hash(_Spec(), 1) == "c271e5557870"


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "", ".hidden", "a" * 81, "a b", "ä", "a\x00b", "a\n"]
)
def test_what_could_leave_its_folder_is_no_name(name: str) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        storage.check_name(name)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), storage.atomic_path(path) as temporary:
        temporary.write_text(f"half, {1 / 0}")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    with storage.atomic_folder(path) as temporary:
        (temporary / "a").touch()
    with pytest.raises(ZeroDivisionError), storage.atomic_folder(path) as temporary:
        (temporary / f"b{1 / 0}").touch()
    assert [file.name for file in path.iterdir()] == ["a"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_deleted_a_day_later(tmp_path: Path) -> None:
    for name, hours in (("abandoned", 25), ("under-way", 1)):
        left = tmp_path / f".writing-{name}"
        left.mkdir()
        (left / "half").write_text("half")
        then = time.time() - 3600 * hours
        os.utime(left, (then, then))
    storage.write_json(tmp_path / "a.json", 1)
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", ".writing-under-way"}


def test_a_folder_is_gone_before_its_files_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(storage.shutil, "rmtree", lambda path, ignore_errors: None)  # killed here
    storage.remove_folder(tmp_path / "folder")
    assert [path.name[:9] for path in tmp_path.iterdir()] == [".writing-"]


def test_arrays_come_back_and_objects_never_do(tmp_path: Path) -> None:
    storage.write_npz(tmp_path / "a.npz", x=np.arange(3))
    assert storage.read_npz(tmp_path / "a.npz", "x")["x"].tolist() == [0, 1, 2]
    for only in (False, True):
        with pytest.raises(ExplorerError, match=r"lacks the array 'y'; it has \['x'\]"):
            storage.read_npz(tmp_path / "a.npz", "y", only=only)
    np.savez(tmp_path / "evil.npz", x=np.array([print], object))
    with pytest.raises(ExplorerError, match="never loaded"):
        storage.read_npz(tmp_path / "evil.npz")


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _zip(member: bytes, method: int = zipfile.ZIP_STORED, name: str = "x.npy") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, member)
    return file.getvalue()


def _in_directory(archive: bytes, offset: int, value: int) -> bytes:
    """Change two bytes of an archive's one entry in its directory, and the same in its header."""
    entry = archive.index(b"PK\x01\x02")
    new = struct.pack("<H", value)
    archive = archive[: entry + offset] + new + archive[entry + offset + 2 :]
    return archive[: offset - 2] + new + archive[offset:]


def _header(descr: str, shape: str) -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


_GOOD = _zip(_npy(np.arange(3)))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04garbage", id="garbage"),
        pytest.param(b"\x93NUMPY", id="half an array"),
        pytest.param(_npy(np.arange(3)), id="one array, not an archive"),
        pytest.param(_in_directory(_GOOD, 8, 1), id="encrypted"),
        pytest.param(_in_directory(_GOOD, 10, 99), id="unknown compression"),
        pytest.param(_zip(_npy(np.zeros(99)), zipfile.ZIP_BZIP2), id="other compression"),
        pytest.param(_zip(b"hello", name="x"), id="no array"),
        pytest.param(_zip(_header("<f4", "(100000000000000,)")), id="claims 364 TiB"),
        pytest.param(_zip(_header("<f4", "(-1,)")), id="claims less than nothing"),
        pytest.param(_zip(_header("<f4", "(" * 5000)), id="nested header"),
        pytest.param(_zip(b"\x93NUMPY\x09\x00" + bytes(99)), id="unknown version"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ExplorerError, match="not a readable"):
        storage.read_npz(tmp_path / "a.npz")


def test_an_archive_is_not_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    storage.write_npz(tmp_path / "a.npz", x=np.zeros(100_000), y=np.zeros(3))
    with pytest.raises(ExplorerError, match="800,280 bytes, 1,000 are allowed"):
        storage.read_npz(tmp_path / "a.npz", limit=1000)
    assert storage.read_npz(tmp_path / "a.npz", "y", only=True, limit=1000).keys() == {"y"}


def test_an_archive_of_many_members_is_not_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(ExplorerError, match="more members than any of ours"):
        storage.read_npz(tmp_path / "a.npz")


def test_an_archive_with_two_ends_is_told(tmp_path: Path) -> None:
    for end in (b"PK\x06\x07" + bytes(16) + _GOOD[-22:], b" a comment"):
        (tmp_path / "a.npz").write_bytes(_GOOD[:-22] + end)
        with pytest.raises(ExplorerError, match="does not end as an archive"):
            storage.read_npz(tmp_path / "a.npz")


def test_half_an_archive_is_told(tmp_path: Path) -> None:
    storage.write_npz(tmp_path / "a.npz", x=np.random.default_rng(0).random(10_000))
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExplorerError, match="not a readable"):
        storage.read_npz(tmp_path / "a.npz")


def test_json_with_nan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        storage.write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert not (tmp_path / "a.json").exists()


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", "9" * 400, "[" * 100_000, ""])
def test_json_beyond_what_is_written_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ExplorerError, match="not a readable"):
        storage.read_json(tmp_path / "a.json")


class TestOpenFile:
    def test_a_regular_file_and_a_link_beside_it_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("ä")
        (tmp_path / "link").symlink_to("file")
        assert [storage.read_text(tmp_path / name) for name in ("file", "link")] == ["ä", "ä"]

    @pytest.mark.parametrize("target", ["/etc/hostname", "/dev/zero", "../outside"])
    def test_a_link_out_of_the_folder_is_not_followed(self, tmp_path: Path, target: str) -> None:
        (tmp_path / "outside").write_text("secret")
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "link").symlink_to(target)
        with pytest.raises(ValueError, match="leads out of its folder"):
            storage.read_text(folder / "link")

    def test_a_pipe_is_refused_at_once(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match="not a regular file"):
            storage.read_text(tmp_path / "pipe")
        with pytest.raises(ExplorerError, match="not a regular file"):
            storage.read_json(tmp_path / "pipe")
        with pytest.raises(ExplorerError, match="not a regular file"):
            storage.read_npz(tmp_path / "pipe")

    def test_a_larger_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("12345")
        assert storage.read_text(tmp_path / "file", 5) == "12345"
        with pytest.raises(ValueError, match="it has 5 bytes, 4 are allowed"):
            storage.read_text(tmp_path / "file", 4)
