"""A checkpoint as a web page: what is in its folder, and where it may be written."""

import gzip
import io
import json
import pickle
import re
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import checkpoints, datasets
from explorer.checkpoints import codes_import, store
from explorer.cli.main import main
from explorer.core.errors import ExplorerError
from explorer.runs import exports
from explorer.ui import site
from explorer.ui.components import contract_site, typescript
from explorer.ui.library import export
from explorer.ui.site import page
from tests.conftest import SHIPPED
from tests.ui.test_contract import fits

ROOT = Path(__file__).parents[2]
FILES = {"index.html": b"<p>", "app/site.js": b"1", "data/images-0.npy.gz": b"22"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes]]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("checkpoints")
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder))
        shutil.copytree(SHIPPED / "digits-vae-z2", folder / "mine")
        asked = site.Asked(title='The <b>title</b> & "more"')
        yield site.files_of(checkpoints.get("mine"), asked)


def _addresses(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set().union(*map(_addresses, data.values()))
    if isinstance(data, list):
        return set().union(*map(_addresses, data))
    return {data} if isinstance(data, str) and re.search(r"\.(npy|onnx)", data) else set()


def test_the_page_has_everything_that_it_is_told_of(files: dict[str, bytes]) -> None:
    data = json.loads(files["site.json"])
    assert fits(data, contract_site.SiteData)
    addresses = _addresses(data)
    assert addresses == {path for path in files if path.startswith("data/")}
    assert [each["name"] for each in data["pictures"]] == ["raw", "pca", "tsne", "umap"]
    colours = [colour["name"] for colour in data["pictures"][0]["colours"]]
    assert colours == ["label", "cluster", "error", "kl", "z0", "z1"]
    codes = np.load(io.BytesIO(gzip.decompress(files[data["pad"]["codes"]])))
    z = store.read(SHIPPED / "digits-vae-z2").codes().latent.z_mean
    np.testing.assert_array_equal(codes, z)
    # One content is one file, though raw axes and codes are asked for by two names.
    assert data["pad"]["codes"] == data["pictures"][0]["map"]["points"]
    assert {"trustworthiness", "kNN accuracy", "σ"} <= data["terms"].keys()


def test_the_page_is_text_and_asks_no_other_host(files: dict[str, bytes]) -> None:
    text = files["index.html"].decode()
    assert "<title>The &lt;b&gt;title&lt;/b&gt; &amp; &quot;more&quot;</title>" in text
    assert "<dt>Data</dt><dd>Digits (8 × 8)</dd>" in text
    assert "{{" not in text
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', text)
    assert script in files
    assert "default-src 'none'" in text
    assert "connect-src 'self'" in text
    outside = re.findall(r'(?:src|href)="(?!app/|data:|LICENSES)[^"]*"', text)
    assert outside == []


def test_images_come_with_their_licence_or_not_at_all(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Zalando" in str(datasets.licence("fashion_mnist"))
    assert datasets.licence("digits") is None
    monkeypatch.setattr(datasets, "licence", lambda name: f"The licence of {name}.")
    whole = site.files_of(checkpoints.get("mine"), site.Asked(("pca",)))
    assert b"The licence of digits." in whole["LICENSES.txt"]
    assert site.size(whole)["images"] > 0
    bare = site.files_of(checkpoints.get("mine"), site.Asked(("pca",), images=False))
    assert b"The licence of digits." not in bare["LICENSES.txt"]
    assert b"are not on this page" in bare["index.html"]
    data = json.loads(bare["site.json"])
    assert data["pad"]["images"] is None
    assert data["pictures"][0]["map"]["images"] is None
    assert site.size(bare)["images"] == 0


def test_what_cannot_be_a_page_is_a_sentence(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = checkpoints.get("mine")
    with pytest.raises(ExplorerError, match=r"A projection is one of raw.*Received: 'tsnee'"):
        site.files_of(digits, site.Asked(methods=("tsnee",)))
    with pytest.raises(ExplorerError, match="no projection by Isomap yet: compute it with"):
        site.files_of(digits, site.Asked(methods=("isomap",)))
    z = digits.codes().latent.z_mean
    codes = codes_import.write("codes", "digits", z, digits.codes().labels)
    with pytest.raises(ExplorerError, match="no decoder, which a web page runs"):
        site.files_of(codes, site.Asked())
    monkeypatch.setattr(page, "MOST", 1_000_000)
    with pytest.raises(ExplorerError, match="would have 4 MB, at most 1 MB are written"):
        site.files_of(digits, site.Asked())
    monkeypatch.setattr(page, "_DIST", Path("nowhere"))
    with pytest.raises(ExplorerError, match="install the project again"):
        site.files_of(digits, site.Asked())


def _there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_whole_and_replaces_a_former_page_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "page"
    site.write(folder, FILES)
    mark = "made-by-latent-explorer.json"
    assert _there(folder) == {*FILES, mark}
    site.write(folder, {"index.html": b"<b>"})
    assert _there(folder) == {"index.html", mark}
    assert (folder / "index.html").read_bytes() == b"<b>"
    assert {path.name for path in folder.parent.iterdir()} == {"page"}
    (folder / "notes.txt").touch()
    with pytest.raises(ExplorerError, match=r"holds 'notes\.txt', which no export wrote"):
        site.write(folder, FILES)
    assert _there(folder) == {"index.html", mark, "notes.txt"}
    (tmp_path / "empty").mkdir()
    site.write(tmp_path / "empty", FILES)
    assert _there(tmp_path / "empty") == {*FILES, mark}


def test_nothing_is_written_through_links_or_over_others(tmp_path: Path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    link = tmp_path / "link"
    link.symlink_to(others)
    with pytest.raises(ExplorerError, match="is a link"):
        site.write(link, FILES)
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nothing")
    with pytest.raises(ExplorerError, match="is a link"):
        site.write(dangling, FILES)
    (others / "a").symlink_to(tmp_path)
    with pytest.raises(ExplorerError, match="holds 'a'"):
        site.write(others, FILES)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ExplorerError, match="is no folder"):
        site.write(file, FILES)
    with pytest.raises(ExplorerError, match="cannot be written into"):
        site.write(file / "below", FILES)
    assert _there(tmp_path) == {"file"}


def test_the_zip_is_the_folder(tmp_path: Path) -> None:
    packed = site.zipped("digits", FILES)
    assert packed == site.zipped("digits", FILES)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    site.write(tmp_path / "written", FILES)
    unpacked, written = tmp_path / "digits", tmp_path / "written"
    assert _there(unpacked) == _there(written)
    for path in _there(written):
        assert (unpacked / path).read_bytes() == (written / path).read_bytes()


def test_the_library_makes_the_zip_in_a_worker(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    form = pickle.loads(pickle.dumps(export.SITE))
    assert exports.export_job("mine", form)["size"] > 3_700_000
    found = exports.find("mine", export.SITE)
    assert found is not None
    assert found.name == "mine-site.zip"
    with zipfile.ZipFile(found) as archive:
        assert {"mine/index.html", "mine/site.json"} <= set(archive.namelist())


def test_the_command_writes_it_and_tells_how_large_it_is(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "page"
    command = ["export", "mine", "--site", str(folder), "--projection", "umap", "pca"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["site"] == str(folder)
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert 0 < written - told["bytes"] < 2000  # the list of its files
    data = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    assert [picture["name"] for picture in data["pictures"]] == ["umap", "pca"]
    assert main([*command, "--no-images"]) == 0
    assert "No image of the test set is in it" in capsys.readouterr().out
    (folder / "mine").touch()
    assert main(command) == 1
    assert "which no export wrote" in capsys.readouterr().err


def test_its_colours_are_the_apps() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    theme = tomllib.loads(config)["theme"]
    css = (typescript.FOLDER.parent / "site" / "site.css").read_text(encoding="utf-8")
    for mode, rule in (("light", ":root {"), ("dark", ':root[data-theme="dark"] {')):
        rules = css.partition(rule)[2].partition("}")[0]
        for name, color in theme[mode].items():
            kebab = re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)
            assert f"--st-{kebab}: {color};" in rules, (mode, name)
