"""What the maps of the cluster page show besides points."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer import checkpoints
from explorer.clustering import default_spec
from explorer.projection.pca import PCA
from explorer.projection.raw import Raw
from explorer.projection.spec import ProjectionSpec
from explorer.runs.clusterings import Cells
from explorer.runs.projections import ProjectionRequest
from explorer.ui.cluster import marks
from explorer.ui.shared import clusterings
from tests.mine import NAME, run


def test_ellipses_hold_the_points_that_they_say() -> None:
    rng = np.random.default_rng(0)
    covariance = np.array([[2.0, 0.7], [0.7, 0.5]])
    points = rng.multivariate_normal([1, 2], covariance, 20_000)
    (outline,) = marks.ellipses(np.array([[1.0, 2.0]]), covariance[None])
    inverse = np.linalg.inv(covariance)
    radius = np.einsum("ni,ij,nj->n", outline - [1, 2], inverse, outline - [1, 2])
    np.testing.assert_allclose(radius, radius[0])
    inside = np.einsum("ni,ij,nj->n", points - [1, 2], inverse, points - [1, 2]) < radius[0]
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


def test_cells_are_an_image_whose_first_row_is_the_highest() -> None:
    found = Cells(np.array([0.0, 1, 2]), np.array([5.0, 7]), np.array([[0, 1, -1], [1, 1, 1]]))
    image = marks.cells_image(found, ["#ff0000", "#0000ff"])
    ends = tuple(image[end] for end in ("left", "right", "bottom", "top"))
    assert ends == (-0.5, 2.5, 4.0, 8.0)
    with Image.open(io.BytesIO(base64.b64decode(image["src"].split(",")[1]))) as file:
        pixels = np.asarray(file)
    assert [tuple(pixel[:3]) for pixel in pixels[0]] == [(0, 0, 255)] * 3
    assert tuple(pixels[1, 0][:3]) == (255, 0, 0)
    assert pixels[1, 2, 3] == 0  # no cluster
    assert 0 < pixels[0, 0, 3] < 128


@pytest.mark.usefixtures("mine")
def test_crosses_carry_the_numbers_of_their_clusters() -> None:
    view = clusterings.view_of(checkpoints.get(NAME), run(NAME, default_spec("gmm")))
    assert view is not None
    raw = ProjectionRequest(NAME, ProjectionSpec(Raw())).get()
    drawn = marks.marks(raw, view, ("centroids", "ellipses", "cells"))
    assert [cross["name"] for cross in drawn["crosses"]] == [str(c) for c in range(10)]
    places = [[cross["x"], cross["y"]] for cross in drawn["crosses"]]
    np.testing.assert_allclose(places, view.run.clustering.centers, rtol=1e-6)
    assert len(drawn["outlines"]) == 10
    assert drawn["cells"] is not None
    flat = ProjectionRequest(NAME, ProjectionSpec(PCA())).get()
    assert marks.marks(flat, view, ("ellipses",))["outlines"] == []
