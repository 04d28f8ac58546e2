"""Figures of clusterings: colours, centroids, ellipses, confusion."""

import numpy as np
import pytest

from explorer import checkpoints
from explorer.clustering import default_spec
from explorer.clustering.confusion import confusion, profile
from explorer.clustering.sweep import Sweep, SweepSpec
from explorer.figures import class_color
from explorer.figures import clusters as cluster_figures
from explorer.projection.pca import PCA
from explorer.projection.raw import Raw
from explorer.projection.spec import ProjectionSpec
from explorer.runs.projections import ProjectionRequest
from tests.mine import NAME, run

pytestmark = pytest.mark.usefixtures("mine")


def test_a_cluster_has_the_colour_of_its_most_frequent_class_or_a_shade_of_it() -> None:
    result = run(NAME, default_spec("kmeans", n_clusters=14))
    labels = checkpoints.get(NAME).codes().labels
    about = profile(labels, result.clustering.labels, 14)
    colors = cluster_figures.cluster_colors(about)
    for label in set(about.majority):
        clusters = np.flatnonzero(about.majority == label)
        largest = clusters[np.argmax(about.sizes[clusters])]
        assert colors[largest] == class_color(int(label))
    assert len(set(colors)) == 14


def test_crosses_stand_on_the_centroids_of_raw_axes_and_else_on_an_image() -> None:
    result = run(NAME, default_spec("kmeans"))
    typical = np.array([result.members(c)[0] for c in range(10)])
    raw = ProjectionRequest(NAME, ProjectionSpec(Raw())).get()
    centers = result.clustering.centers
    np.testing.assert_array_equal(cluster_figures.centroid_places(raw, centers, typical), centers)
    picture = ProjectionRequest(NAME, ProjectionSpec(PCA())).get()
    places = cluster_figures.centroid_places(picture, centers, typical)
    np.testing.assert_array_equal(places, picture.embedding[typical])
    typical[3] = -1  # an empty cluster
    assert np.isnan(cluster_figures.centroid_places(picture, centers, typical)[3]).all()


def test_a_cell_of_the_confusion_matrix_knows_its_number_and_share() -> None:
    result = run(NAME, default_spec("kmeans", n_clusters=4))
    labels = checkpoints.get(NAME).codes().labels
    matched = confusion(labels, result.clustering.labels)
    figure = cluster_figures.confusion(matched, "0123456789", list("abcd"), "cluster")
    heat = figure.data[0]
    cells = [cell for row in heat.customdata for cell in row]
    assert [cell[0] for cell in cells] == list(range(40))
    assert sum(cell[1] for cell in cells) == 599
    np.testing.assert_allclose(np.sum(heat.z, axis=1), 1)


def test_a_sweep_marks_elbow_and_best_when_all_is_computed_and_not_before() -> None:
    spec = SweepSpec(default_spec("kmeans"), (1, 2, 3, 4), ("inertia", "accuracy"))
    table = np.array([[1, 9, 0.1], [2, 3, 0.4], [3, 2, 0.6], [4, 1, 0.5]], float)

    def marks(rows: int) -> list[str]:
        figure = cluster_figures.sweep_curves(Sweep(spec, table[:rows]))
        return [text for trace in figure.data if trace.text for text in trace.text]

    assert marks(3) == []
    assert marks(4) == ["elbow: 2", "best: 3"]
