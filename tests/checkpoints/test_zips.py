"""A checkpoint as a zip: whole on both sides, and whatever else is given is refused."""

import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from explorer import checkpoints
from explorer.checkpoints import codes_export, spaces, store, zips
from explorer.core import owners, storage
from explorer.core.errors import ExplorerError

FILES = ("config.json", *store.FILES)


@pytest.fixture
def packed(mine: Path, tmp_path: Path) -> Path:
    """The checkpoint `mine` as others would pack its folder."""
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.write(mine / name, f"mine/{name}")
    return path


def test_what_is_exported_is_imported_the_same(mine: Path, tmp_path: Path) -> None:
    owners.give(mine, "a" * 16)
    (mine / "projections" / "out.npz").symlink_to("/etc/passwd")
    path = tmp_path / "out" / "mine.zip"
    told: list[float] = []
    zips.write(checkpoints.get("mine"), path, lambda now: told.append(now.fraction) or True)
    assert told == sorted(told)
    assert told[-1] <= 1
    assert [file.name for file in path.parent.iterdir()] == ["mine.zip"]
    with zipfile.ZipFile(path) as archive:
        listed = set(archive.namelist())
        assert archive.testzip() is None
    assert {f"mine/{name}" for name in FILES} <= listed
    assert not {"mine/owner", "mine/projections/out.npz"} & listed
    told.clear()
    made = zips.read(path, "yours", "b" * 16, lambda now: told.append(now.fraction) or True)
    assert told == sorted(told)
    assert (made.name, owners.of(made.path)) == ("yours", "b" * 16)
    for name in FILES:
        assert (made.path / name).read_bytes() == (mine / name).read_bytes()
    names = {file.name for file in (mine / "projections").iterdir()}
    assert {file.name for file in made.projections.iterdir()} == names - {"out.npz"}
    assert not list(made.path.glob("codes.csv"))
    with pytest.raises(ExplorerError, match="'yours' is taken"):
        zips.read(path, "yours")
    assert {folder.name for folder in mine.parent.iterdir()} == {"mine", "yours"}


def test_the_codes_are_read_back_from_the_table_and_the_projector(
    mine: Path, tmp_path: Path
) -> None:
    checkpoint = checkpoints.get("mine")
    codes = checkpoint.codes()
    codes_export.write_csv(checkpoint, tmp_path / "codes.csv")
    table = pd.read_csv(tmp_path / "codes.csv")
    z = table[["z0", "z1"]].to_numpy(np.float32)
    np.testing.assert_array_equal(z, codes.latent.z_mean)
    np.testing.assert_array_equal(table["label"], codes.labels)
    np.testing.assert_array_equal(table["class"], codes.labels)  # of digits they are the names
    assert codes_export.write_projector(checkpoint, tmp_path) == "originals"
    vectors = np.loadtxt(tmp_path / "vectors.tsv", np.float32, delimiter="\t")
    np.testing.assert_array_equal(vectors, codes.latent.z_mean)
    metadata = pd.read_csv(tmp_path / "metadata.tsv", sep="\t")
    assert list(metadata.columns) == ["index", "class", "label", "reconstruction_error"]
    assert len(metadata) == len(vectors)
    with Image.open(tmp_path / "sprite.png") as sprite:
        assert sprite.size == (25 * 8, 24 * 8)  # 599 digits
        pixels = np.asarray(sprite)
    wanted = np.rint(spaces.originals(checkpoint)[26, ..., 0] * 255)
    np.testing.assert_array_equal(pixels[8:16, 8:16], wanted)  # the second of the second row
    config = (tmp_path / "projector_config.pbtxt").read_text()
    assert config.count("single_image_dim: 8") == 2


def test_many_images_are_drawn_smaller_and_without_originals_reconstructed(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes_export, "_SPRITE", 25 * 4)

    def absent(checkpoint: object) -> None:
        raise ExplorerError("They are not here.")

    monkeypatch.setattr(codes_export.spaces, "originals", absent)
    told = codes_export.write_projector(checkpoints.get("mine"), tmp_path)
    assert told == "reconstructions"
    with Image.open(tmp_path / "sprite.png") as sprite:
        assert sprite.size == (25 * 4, 24 * 4)
    monkeypatch.setattr(codes_export, "_SPRITE", 20)
    (tmp_path / "sprite.png").unlink()
    assert codes_export.write_projector(checkpoints.get("mine"), tmp_path) == ""
    assert not (tmp_path / "sprite.png").exists()


# What is refused: how the zip is changed, and what the sentence says.


def _add(name: str, content: bytes = b"x", mode: int = 0) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)

    return change


def _without(name: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            kept = {each: archive.read(each) for each in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in kept.items():
                if each != name:
                    archive.writestr(each, content)

    return change


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(change(path.read_bytes())) and None


def _flag(path: Path) -> None:
    """Say of the first member that it is encrypted."""
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)


def _says(size: int) -> Callable[[Path], None]:
    """Say of the first member that it unpacks to so many bytes."""

    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        at = content.index(b"PK\x01\x02")
        content[at + 24 : at + 28] = struct.pack("<I", size)
        path.write_bytes(content)

    return change


def _nul(path: Path) -> None:
    """End a name in the midst of it."""
    _add("mine/config.json~.npz")(path)
    path.write_bytes(path.read_bytes().replace(b".json~.npz", b".json\0.npz"))


HOSTILE = {
    "a path out of it": (_add("../../evil.npz"), "leads out of its folder"),
    "an absolute path": (_add("/etc/passwd"), "leads out of its folder"),
    "a path of Windows": (_add("mine\\..\\evil"), "leads out of its folder"),
    "a drive": (_add("C:/evil.npz"), "leads out of its folder"),
    "a hidden part": (_add("mine/./config.json"), "leads out of its folder"),
    "a control character": (_add("mine/config\njson"), "leads out of its folder"),
    "a NUL": (_nul, "leads out of its folder"),
    "a long name": (_add("mine/" + "x" * 600), "leads out of its folder"),
    "a link": (_add("mine/projections/a.npz", b"/etc/passwd", stat.S_IFLNK | 0o777), "is a link"),
    "a pipe": (_add("mine/projections/a.npz", b"", stat.S_IFIFO), "is a link or no regular"),
    "a file twice": (_add("mine/Config.JSON"), "twice"),
    "two folders": (_add("other/config.json"), "no config.json"),
    "code": (_add("mine/setup.py"), "which no export does"),
    "a hidden file": (_add("mine/.partial"), "which no export does"),
    "a folder of its own": (_add("mine/clusterings/a.npz"), "which no export does"),
    "folders within": (_add("mine/projections/a/b.npz"), "which no export does"),
    "an owner": (_add("mine/owner", b"a" * 16), "which no export does"),
    "no config": (_without("mine/config.json"), "no config.json"),
    "a bomb": (_says(4_000_000_000), "would unpack to 4,000"),
    "a password": (_flag, "encrypted"),
    "a wrong size": (_says(10), "cannot be read"),
    "half of it": (_bytes(lambda content: content[: len(content) // 2]), "cannot be read"),
    "a wrong byte": (_bytes(lambda c: c[:3000] + bytes([c[3000] ^ 255]) + c[3001:]), "be read"),
    "no zip": (_bytes(lambda content: b"GIF89a" + content[:100]), "cannot be read"),
    "nothing": (_bytes(lambda content: b""), "cannot be read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_no_export_holds_is_refused(packed: Path, tmp_path: Path, case: str) -> None:
    change, told = HOSTILE[case]
    change(packed)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExplorerError, match=told):
        zips.unpack(str(packed), str(tmp_path / "folder"))
    assert not list((tmp_path / "folder").rglob("evil*"))


def test_many_members_and_links_to_zips_are_refused(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed, "a") as archive:
        for number in range(2001):
            archive.writestr(f"mine/projections/{number}.npz", b"")
    with pytest.raises(ExplorerError, match="it lists 2,008 files"):
        zips.unpack(str(packed), str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.zip").symlink_to(packed)
    with pytest.raises(ExplorerError, match="leads out of its folder"):
        zips.unpack(str(tmp_path / "elsewhere" / "link.zip"), str(tmp_path))


def _config(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("mine/config.json"))
        config = {**config, **{key: value for key, value in changes.items() if key != "model"}}
        config["model"] |= changes.get("model", {})
        _without("mine/config.json")(path)
        _add("mine/config.json", json.dumps(config).encode())(path)

    return change


BROKEN = {
    "data that are not here": (_config(dataset="flowers"), "'flowers', which is not here: import"),
    "another model": (_config(model={"z_dim": 3}), r"z_mean in codes\.npz must be"),
    "no decoder": (_without("mine/decoder.onnx"), r"new: decoder\.onnx missing"),
    "a wrong decoder": (
        lambda path: [_without("mine/decoder.onnx")(path), _add("mine/decoder.onnx")(path)],
        "cannot be used because it is damaged",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN)
def test_what_could_not_be_opened_does_not_appear(
    packed: Path, checkpoint_folder: Path, case: str
) -> None:
    change, told = BROKEN[case]
    change(packed)
    with pytest.raises(ExplorerError, match=told):
        zips.read(packed, "new")
    assert [path.name for path in checkpoint_folder.iterdir()] == ["mine"]


def test_what_systems_add_to_a_zip_is_passed_over(packed: Path, tmp_path: Path) -> None:
    for name in ("__MACOSX/mine/._config.json", "mine/.DS_Store", "mine/projections/"):
        _add(name)(packed)
    (tmp_path / "folder").mkdir()
    zips.unpack(str(packed), str(tmp_path / "folder"))
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == sorted(FILES)


def test_a_place_that_cannot_be_written_is_a_sentence(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExplorerError, match="cannot be written"):
        zips.write(checkpoints.get("mine"), tmp_path / "file" / "out.zip")
    assert os.listdir(tmp_path / "checkpoints") == ["mine"]  # noqa: PTH208
    assert storage.is_own_file(tmp_path / "file")
