"""The cluster page without a browser."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, datasets, jobs
from explorer.clustering import METHODS, default_spec
from explorer.clustering.base import Method
from explorer.clustering.sweep import SweepSpec
from explorer.core.params import parameters
from explorer.jobs import api
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.sweeps import SweepRequest
from explorer.ui.cluster import maps, members
from explorer.ui.shared import clusterings, job_status, pages
from tests.app import MAIN, opened, said

pytestmark = pytest.mark.usefixtures("own_jobs", "mine")


def _page(**query: str) -> AppTest:
    return opened("cluster", **query)


def _table(app: AppTest) -> Any:
    assert app.dataframe[0].proto.placeholder == "–"  # where a score is not defined, no "None"
    return app.dataframe[0].value


def test_it_shows_k_means_with_a_cluster_per_class() -> None:
    app = _page()
    assert not app.exception
    run = ClusteringRequest("mine", default_spec("kmeans")).find()
    assert run is not None
    assert f"accuracy **{run.scores['accuracy']:.3f}**" in said(app)
    assert "599 points, seed 0" in said(app)
    row = _table(app).iloc[0]
    assert row["Run"] == "this"
    assert row["Space"] == "Latent codes"
    assert row["Silhouette ↑"] == run.scores["silhouette"]
    assert row["Sample"] == 599
    assert "seed 0" in row["Options"]


def test_another_k_is_another_run_and_the_last_ones_stay() -> None:
    app = _page()
    app.number_input(key="k").set_value(6).run()
    assert not app.exception
    table = _table(app)
    assert list(table["Clustering"]) == ["k-means, k = 6", "k-means, k = 10"]
    assert list(table["Run"]) == ["this", "−1"]
    assert table["Clusters found"].tolist() == [6, 10]
    app.number_input(key="k").set_value(10).run()
    assert list(_table(app)["Clustering"]) == ["k-means, k = 10", "k-means, k = 6"]


@pytest.mark.parametrize("k", ["0", "251", "-3", "ten", "1e9", "", "<script>"])
def test_a_nonsense_number_of_clusters_is_the_default(k: str) -> None:
    app = _page(k=k)
    assert not app.exception
    assert list(_table(app)["Clustering"]) == ["k-means, k = 10"]


@pytest.mark.parametrize(
    "query",
    [
        {"method": "magic"},
        {"points": "outer"},
        {"scaling": "up"},
        {"noise": "-1"},
        {"noise": "nan"},
        {"fit": "all"},
        {"tab": "Nothing"},
        {"seed": "-1"},
        {"picture-2": "4-D"},
        {"point": "1e9"},
    ],
)
def test_a_nonsense_link_shows_the_default(query: dict[str, str]) -> None:
    app = _page(**query)
    assert not app.exception
    assert not app.error
    assert list(_table(app)["Clustering"]) == ["k-means, k = 10"]


def test_one_cluster_has_no_silhouette_and_says_why() -> None:
    app = _page(k="1")
    assert not app.exception
    assert np.isnan(float(_table(app).iloc[0]["Silhouette ↑"] or "nan"))
    assert "Not defined here: Silhouette, Davies-Bouldin, Calinski-Harabasz. It needs" in said(app)


def test_a_link_opens_the_chosen_point_with_its_cluster() -> None:
    app = _page(point="7")
    assert "image 7" in said(app)
    run = ClusteringRequest("mine", default_spec("kmeans")).find()
    assert run is not None
    assert f"cluster **{run.clustering.labels[7]} · " in said(app)


def test_a_cluster_has_one_name_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    figures: dict[str, Any] = {}
    captions: list[str] = []
    monkeypatch.setattr(
        members, "plot", lambda figure, key, **kwargs: figures.update({key: json.loads(figure)})
    )
    monkeypatch.setattr(
        members, "gallery", lambda tiles, **kwargs: captions.extend(tile.caption for tile in tiles)
    )
    run = ClusteringRequest("mine", default_spec("kmeans")).get()
    view = clusterings.view_of(checkpoints.get("mine"), run)
    assert view is not None
    for tab in ("Confusion", "Clusters"):
        assert not _page(tab=tab).exception
    names = set(view.names)
    assert set(figures["confusion"]["layout"]["xaxis"]["ticktext"]) == names
    assert set(figures["sizes"]["data"][0]["x"]) == names
    assert {caption.split("\n")[0] for caption in captions if caption} == names
    assert set(clusterings.groups(view).names) - {clusterings.IN_NONE} == names


@pytest.mark.parametrize("tab", ["Confusion", "Clusters", "How many?", "Classifier", "Published"])
def test_every_tab_can_be_drawn(tab: str) -> None:
    app = _page(tab=tab)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_has_a_widget_for_each_of_its_parameters(
    method: type[Method], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_status, "watch", lambda *args: None)  # the form is all that is wanted
    app = _page(method=method.title)
    assert not app.exception
    assert app.selectbox(key="method").value == method.name
    widgets = [*app.number_input, *app.slider, *app.selectbox]
    asked = {widget.label: widget.value for widget in widgets}
    for parameter in parameters(method):
        assert asked[parameter.title] == parameter.default


def test_work_that_takes_long_is_a_job_and_its_result_is_shown() -> None:
    app = _page(method="Gaussian mixture")
    assert not app.exception
    spec = default_spec("gmm")
    job = jobs.find(f"mine/gmm-{spec.hash}")
    assert job is not None
    assert jobs.wait(job.id, 400).state == "done"
    assert ClusteringRequest("mine", spec).find() is not None
    app.run()
    assert not app.exception
    table = _table(app)
    assert list(table["Clustering"]) == ["Gaussian mixture, k = 10"]
    assert np.isfinite(table.iloc[0]["BIC ↓"])


def test_the_maps_are_there_while_their_picture_is_computed(
    monkeypatch: pytest.MonkeyPatch, mine: Path
) -> None:
    shutil.rmtree(mine / "projections")
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(
        maps, "scatter_map", lambda checkpoint, view, color, key, **rest: drawn.update({key: rest})
    )
    app = _page(**{"picture-2": "t-SNE"})
    assert not app.exception
    assert [drawn[key]["old"] for key in ("cluster-map-2d", "label-map-2d")] == [True, True]
    assert "The PCA of the same points" in said(app)
    assert "accuracy" in said(app)  # the clusters do not wait for it


def test_a_job_that_fails_is_one_sentence() -> None:
    checkpoint = checkpoints.get("mine")
    (checkpoint.path / "encoder.onnx").write_bytes(b"damaged")
    app = _page(noise="0.5", k="250")
    assert not app.exception
    spec = default_spec("kmeans", noise=0.5, n_clusters=250)
    job = jobs.find(f"mine/kmeans-{spec.hash}")
    assert job is not None
    jobs.wait(job.id, 400)
    app.run()
    assert not app.exception
    assert "encoder.onnx cannot be used because it is damaged" in said(app)
    assert "Traceback" not in said(app)


def test_without_training_images_it_says_so_and_takes_the_test_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(datasets, "is_local", lambda name, split: split == "test")
    app = _page(fit="training images")
    assert not app.exception
    assert [warning.value for warning in app.warning] != []
    assert "not on this machine" in app.warning[0].value
    assert "found on test" in _table(app).iloc[0]["Options"]


def test_a_sweep_that_is_done_is_drawn() -> None:
    spec = SweepSpec(
        default_spec("kmeans"), tuple(range(1, 21)), ("inertia", "silhouette", "accuracy")
    )
    SweepRequest("mine", spec).get()
    app = _page(tab="How many?")
    assert not app.exception
    assert "rule of thumb" in said(app)


def test_the_map_can_be_coloured_by_the_clustering_in_use() -> None:
    app = _page(k="6")
    app.switch_page(str(pages.path("map"))).run()
    app.selectbox(key="colour").set_value("cluster").run()
    assert not app.exception
    assert "k-means, k = 6" in said(app)


def test_clusters_that_take_long_are_a_job_on_the_map_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClusteringRequest, "is_quick", lambda request: False)
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["colour"] = "Cluster"
    app.run()
    assert not app.exception
    assert "of 599 test images" in said(app)  # the map itself does not wait
    job = jobs.find(f"mine/kmeans-{default_spec('kmeans').hash}")
    assert job is not None
    assert jobs.wait(job.id, 400).state == "done"
    app.run()
    assert not app.exception
    assert "k-means, k = 10" in said(app)


def test_before_any_clustering_the_map_takes_k_means() -> None:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["colour"] = "Cluster"
    app.run()
    assert not app.exception
    assert "k-means, k = 10" in said(app)


def test_a_flat_picture_that_is_computed_is_drawn_by_itself() -> None:
    def page() -> None:
        from explorer import checkpoints
        from explorer.projection.spec import ProjectionSpec
        from explorer.projection.tsne import TSNE
        from explorer.ui.shared import projections

        checkpoint = checkpoints.get("mine")
        frame = projections.unfinished(checkpoint, ProjectionSpec(TSNE()))
        projections.draw_frame(checkpoint, frame)

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert "The PCA of the same points" in app.caption[0].value


def test_clusters_of_edges_are_shown_as_the_mean_of_their_images() -> None:
    request = ClusteringRequest("mine", default_spec("kmeans", space="edges"))
    run = request.get()
    page = _page(tab="Clusters")
    page.selectbox(key="points").set_value("edges").run()
    assert not page.exception
    assert not page.error
    assert f"accuracy **{run.scores['accuracy']:.3f}**" in said(page)
    assert "as the mean of its images" in said(page)
    page = _page(tab="Scores")
    page.selectbox(key="points").set_value("edges").run()
    assert "10 starts: inertia" in said(page)
