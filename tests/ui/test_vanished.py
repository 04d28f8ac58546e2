"""Checkpoints that change under an open page, and those with hardly any images."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, jobs
from explorer.core import memory, storage
from explorer.jobs import api
from explorer.ui.shared import pages
from tests.app import opened
from tests.conftest import SHIPPED


@pytest.fixture(autouse=True)
def _own_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    yield
    jobs.shut_down()
    memory.clear()


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


def _sound(app: AppTest) -> None:
    assert not app.exception, app.exception
    assert not [error.value for error in app.error if "unforeseen" in error.value]


@pytest.mark.parametrize("page", list(pages.PAGES))
@pytest.mark.parametrize("n", [1, 2, 5, 15])
def test_hardly_any_images_are_a_page_or_a_sentence(mine: Path, page: str, n: int) -> None:
    checkpoint = checkpoints.get("mine")
    arrays = storage.read_npz(mine / "codes.npz")
    shutil.rmtree(mine / "projections", ignore_errors=True)
    storage.write_npz(mine / "codes.npz", **{name: a[:n] for name, a in arrays.items()})
    assert len(checkpoint.codes().labels) == n
    _sound(opened(page))


@pytest.mark.parametrize("page", list(pages.PAGES))
@pytest.mark.parametrize("another", [True, False])
def test_a_checkpoint_deleted_while_it_is_open_is_a_sentence(
    mine: Path, page: str, another: bool
) -> None:
    app = opened(page)
    _sound(app)
    if another:
        shutil.copytree(SHIPPED / "mnist-ae-cnn-z2", mine.parent / "other")
    shutil.rmtree(mine)
    _sound(app.run())


@pytest.mark.parametrize("page", ["map", "decode", "cluster", "train"])
def test_a_checkpoint_that_is_changed_while_it_is_open_is_shown_anew_or_a_sentence(
    mine: Path, page: str
) -> None:
    app = opened(page)
    for file in ("codes.npz", "decoder.onnx", "history.csv"):  # cut off, and put right again
        whole = (mine / file).read_bytes()
        (mine / file).write_bytes(whole[: len(whole) // 2])
        _sound(app.run())
        (mine / file).write_bytes(whole)
        _sound(app.run())
        assert not app.error
    mine.rename(mine.with_name("renamed"))
    _sound(app.run())
    if page != "train":  # it is about no checkpoint
        assert app.sidebar.selectbox(key="checkpoint").value == "renamed"
    # Another model, under the same name.
    shutil.rmtree(mine.with_name("renamed"))
    shutil.copytree(SHIPPED / "mnist-ae-cnn-z2", mine.with_name("renamed"))
    _sound(app.run())
    assert not app.error


@pytest.mark.parametrize(
    "query", [{"k": "inf"}, {"seed": "1e999"}, {"pca-latent": "-inf"}, {"noise": "nan"}]
)
def test_a_number_that_cannot_be_shows_the_default(mine: Path, query: dict[str, str]) -> None:
    app = opened("cluster", **query)
    _sound(app)
    assert not app.error
    assert not query.keys() & app.query_params.keys()


def test_a_read_only_folder_is_a_sentence_on_the_cluster_page(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(mine / "clusterings", ignore_errors=True)

    def refuse(*args: object, **options: object) -> None:
        raise OSError(30, "Read-only file system")

    app = opened("map")
    monkeypatch.setattr(storage.tempfile, "TemporaryDirectory", refuse)
    app.switch_page(str(pages.path("cluster"))).run()
    _sound(app)
    assert any("could not be kept" in error.value for error in app.error)
