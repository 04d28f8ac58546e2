"""Moves in latent space: known answers, second implementations, and bad input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import geometric_slerp
from sklearn.decomposition import PCA

from explorer.latent import geometry
from explorer.latent.stats import (
    describe,
)
from tests.golden.make import make_latent

GOLDEN = Path(__file__).parents[1] / "golden" / "latent.json"
vectors = arrays(np.float32, 4, elements=st.floats(-5, 5, width=32))


def test_the_golden_file_is_what_numpy_says() -> None:
    def compare(made: Any, kept: Any) -> None:
        if isinstance(made, dict):
            assert made.keys() == kept.keys()
            for key, value in made.items():
                compare(value, kept[key])
        elif isinstance(made, list) and made and isinstance(made[0], dict | str):
            for a, b in zip(made, kept, strict=True):
                compare(a, b)
        elif isinstance(made, str):
            assert made == kept
        else:
            np.testing.assert_allclose(made, kept, atol=2e-6)

    compare(make_latent(), json.loads(GOLDEN.read_text(encoding="utf-8")))


@given(a=vectors, b=vectors, curve=st.sampled_from(["line", "arc"]))
def test_a_path_begins_at_a_and_ends_at_b(
    a: np.ndarray, b: np.ndarray, curve: geometry.Curve
) -> None:
    codes = geometry.path(a, b, curve, 7)
    assert np.isfinite(codes).all()
    np.testing.assert_allclose(codes[0], a, atol=1e-3)
    np.testing.assert_allclose(codes[-1], b, atol=1e-3)


def test_an_arc_is_scipys_on_the_unit_sphere() -> None:
    rng = np.random.default_rng(1)
    a, b = (v / np.linalg.norm(v) for v in rng.normal(size=(2, 6)))
    t = np.linspace(0, 1, 9)
    np.testing.assert_allclose(geometry.slerp(a, b, t), geometric_slerp(a, b, t), atol=1e-6)


def test_an_arc_from_zero_is_a_straight_line() -> None:
    a, b = np.zeros(3), np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(geometry.slerp(a, b, 0.25), b / 4, atol=1e-6)


@given(a=vectors, b=vectors)
def test_an_analogy_with_itself_changes_nothing(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(geometry.analogy(a, b, b), a, atol=1e-5)


def test_a_traversal_moves_one_dimension_by_standard_deviations() -> None:
    rng = np.random.default_rng(2)
    codes = rng.normal(size=(500, 3)) * [1, 5, 0.1]
    stats = describe(codes)
    z = np.array([1.0, 2.0, 3.0])
    moved = geometry.traversal(z, stats, np.array([1]), np.array([-2.0, 0.0, 2.0]))
    expected = [[1, 2 + step * codes[:, 1].std(), 3] for step in (-2, 0, 2)]
    np.testing.assert_allclose(moved[0], expected, rtol=1e-5)


def test_a_plane_has_its_highest_row_first_and_holds_the_rest() -> None:
    grid = geometry.plane(np.array([7.0, 8, 9]), 2, 0, np.array([1.0, 2, 3]), np.array([4.0, 5]))
    assert grid.shape == (2, 3, 3)
    assert (grid[..., 1] == 8).all()
    assert (grid[0, :, 0] == 5).all()
    assert (grid[:, 0, 2] == 1).all()


class TestLinearMap:
    def test_finds_pcas_formula(self) -> None:
        rng = np.random.default_rng(9)
        codes = rng.normal(size=(400, 6)) * [5, 4, 3, 2, 1, 0] + 3
        pca = PCA(2).fit(codes)
        found = geometry.linear_map(codes, pca.transform(codes))
        assert found is not None
        new = rng.normal(size=(10, 6)) * [5, 4, 3, 2, 1, 0]
        np.testing.assert_allclose(
            (new - found.origin) @ found.axes.T, pca.transform(new), atol=1e-6
        )

    def test_finds_raw_axes(self) -> None:
        codes = np.random.default_rng(10).normal(size=(50, 4))
        found = geometry.linear_map(codes, codes[:, [2, 0]])
        assert found is not None
        np.testing.assert_allclose(found.axes, np.eye(4)[[2, 0]], atol=1e-9)

    def test_a_bent_picture_has_none(self) -> None:
        codes = np.random.default_rng(11).normal(size=(200, 4))
        assert geometry.linear_map(codes, np.tanh(codes[:, :2])) is None
