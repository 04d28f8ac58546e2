"""Scatter plots of projections, of checkpoints that ship."""

import numpy as np
import pytest

from explorer import checkpoints, figures
from explorer.projection import ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.projections import ProjectionRequest


def test_a_class_has_one_colour_everywhere() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), 3)).get()
    names = [str(digit) for digit in range(10)]
    figure = figures.scatter_by_class(view, test.labels, test.reconstruction_error, names)
    *classes, _selected, _ring = figure.data
    drawn = {trace.name: trace.marker.color for trace in classes}
    assert drawn == {name: figures.class_color(int(name)) for name in names}
    assert sum(len(trace.x) for trace in classes) == len(test.labels)


def test_a_picture_has_one_frame_whatever_the_colour() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), 3)).get()
    labels, errors = test.labels[view.indices], test.reconstruction_error[view.indices]
    names = list("0123456789")
    by_class = figures.scatter_by_class(view, labels, errors, names).layout
    by_value = figures.scatter_by_value(view, errors, "error", labels, errors, names).layout
    assert by_class.margin == by_value.margin
    for axis, places in zip(("xaxis", "yaxis", "zaxis"), view.embedding.T, strict=True):
        one, other = (layout.scene[axis].range for layout in (by_class, by_value))
        assert one == other
        assert one[0] < places.min() < places.max() < one[1]
    ratio = by_class.scene.aspectratio
    assert ratio == by_value.scene.aspectratio
    units = [ratio[a] / np.ptp(by_class.scene[f"{a}axis"].range) for a in "xyz"]
    np.testing.assert_allclose(units, units[0])  # equal scale


def test_every_point_carries_its_index() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), 3)).get()
    figure = figures.scatter_by_class(view, test.labels, test.reconstruction_error, "0123456789")
    for label, trace in enumerate(figure.data[:10]):
        rows = trace.customdata[:, 0].astype(int)
        assert (test.labels[rows] == label).all()
        np.testing.assert_array_equal(
            np.stack([trace.x, trace.y, trace.z], 1), view.embedding[rows]
        )
        np.testing.assert_allclose(trace.customdata[:, 1], test.reconstruction_error[rows])


def test_a_plot_in_3d_has_a_floor_axes_and_a_camera_that_sees_all_of_it() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), n_components=3)).get()
    names = [str(digit) for digit in range(10)]
    figure = figures.scatter_by_class(view, test.labels, test.reconstruction_error, names)
    scene = figure.layout.scene
    assert [scene[axis].showbackground for axis in ("xaxis", "yaxis", "zaxis")] == [0, 0, 1]
    assert all(scene[axis].showline and scene[axis].title.text for axis in ("xaxis", "zaxis"))
    for axis, places in zip(("xaxis", "yaxis", "zaxis"), view.embedding.T, strict=True):
        low, high = scene[axis].range
        assert low < places.min() < places.max() < high
    # The eye is as far away as the diagonal of the data's box needs, whatever its shape.
    box = np.array([scene.aspectratio[axis] for axis in "xyz"])
    eye = np.array([scene.camera.eye[axis] for axis in "xyz"])
    assert np.linalg.norm(eye) == pytest.approx(1.5 * np.linalg.norm(box))


def test_a_plot_in_3d_has_a_trace_for_the_selected_points_on_the_same_scale() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), n_components=3)).get()
    names, errors = list("0123456789"), test.reconstruction_error
    figure = figures.scatter_by_value(view, errors, "error", test.labels, errors, names)
    points, selected, _ring = figure.data
    assert (selected.meta, len(selected.x)) == ("selected", 0)
    assert selected.marker.colorscale == points.marker.colorscale
    assert (selected.marker.cmin, selected.marker.cmax) == (points.marker.cmin, points.marker.cmax)
    assert selected.marker.size > points.marker.size
