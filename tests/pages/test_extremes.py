"""Every page on data and models at the ends of what is allowed, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, jobs
from tests import extremes
from tests.app import drawn, opened, said

_PAGES = ("map", "decode", "cluster", "compare", "train")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of the data sets and the checkpoints."""
    folder = tmp_path_factory.mktemp("extremes")
    with pytest.MonkeyPatch.context() as patch:
        _use(folder, patch)
        for extreme in extremes.EXTREMES:
            extremes.make(extreme)
    return folder


@pytest.fixture(autouse=True)
def _here(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    _use(made, monkeypatch)
    yield
    jobs.shut_down()


def _use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in ("checkpoints", "datasets", "jobs"):
        patch.setenv(f"EXPLORER_{name.upper()}", str(folder / name))


def _open(page: str, name: str, **query: str) -> AppTest:
    checkpoints.get(name)  # it is whole
    app = opened(page, checkpoint=name, **query)
    assert not app.exception
    assert not app.error, [error.value for error in app.error]
    assert "no label" not in said(app)
    return app


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize("extreme", extremes.EXTREMES, ids=lambda each: each.name)
def test_every_page_opens(extreme: extremes.Extreme, page: str) -> None:
    link = {"train-dataset": extreme.name, f"picture-{extreme.z_dim}": "PCA"}
    app = _open(page, extreme.name, projection="PCA", **link)
    assert not jobs.list_jobs()
    if page == "train":
        assert app.selectbox(key="train-dataset").value == extreme.name


def test_without_labels_the_map_is_coloured_by_cluster() -> None:
    app = _open("map", "unlabelled")
    assert app.selectbox(key="colour").value == "cluster"
    assert "Label" not in app.selectbox(key="colour").options
    (data,) = drawn(app, "map")
    assert [group["name"] for group in data["color"]["groups"][:2]] == ["Cluster 0", "Cluster 1"]
    assert [each["name"] for each in data["classes"]] == [""]
    assert "same label" not in said(app)
    assert "kNN accuracy" not in said(app)


def test_without_labels_clusters_are_judged_by_their_shape_alone() -> None:
    app = _open("cluster", "unlabelled", tab="Scores")
    assert not {"Confusion", "Classifier"} & {tab.label for tab in app.tabs}
    assert "By label" not in said(app)
    assert "**k-means, k = 10** · silhouette **" in said(app)
    assert "V-measure. There are no classes to compare with" in said(app)


def test_a_hundred_classes_have_as_many_colours() -> None:
    (data,) = drawn(_open("map", "huge", projection="PCA"), "map")
    assert len({group["color"] for group in data["color"]["groups"]}) == 100


def test_one_dimension_is_a_line() -> None:
    app = _open("map", "tiny")
    assert app.segmented_control(key="projection").options == ["Raw axes", "PCA"]
    (data,) = drawn(app, "map")
    assert data["axes"] == ["z₀", ""]
    assert "One dimension: points are spread upwards" in said(app)
