"""Moves in latent space: known answers, second implementations, and bad input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats as scipy_stats
from scipy.spatial import geometric_slerp
from sklearn.decomposition import PCA

from explorer.core.errors import ExplorerError
from explorer.latent import geometry
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
    stats = geometry.describe(codes)
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


class TestDescribe:
    def test_counts_a_vaes_unused_dimension_as_inactive_and_last(self) -> None:
        rng = np.random.default_rng(3)
        codes = np.column_stack([rng.normal(size=900), 0.01 * rng.normal(size=900)])
        kl = np.column_stack([np.full(900, 0.4), np.full(900, 1.5)])
        stats = geometry.describe(codes, kl)
        assert stats.active.tolist() == [True, False]
        assert stats.order.tolist() == [0, 1]
        np.testing.assert_allclose(stats.importance, [0.4, 1.5])

    def test_orders_an_aes_dimensions_by_variance_whatever_their_scale(self) -> None:
        rng = np.random.default_rng(4)
        codes = rng.normal(size=(900, 3)) * [10, 500, 0]
        stats = geometry.describe(codes)
        assert stats.order.tolist() == [1, 0, 2]
        assert stats.active.tolist() == [True, True, False]
        assert stats.std[2] == 1

    def test_the_hills_are_a_histogram(self) -> None:
        codes = np.concatenate([np.zeros(30), np.ones(10)])[:, None]
        density = geometry.describe(codes).density[0]
        assert density[0] == 1
        assert density[-1] == pytest.approx(1 / 3)
        assert density.sum() == pytest.approx(4 / 3)

    @pytest.mark.parametrize("codes", [np.zeros((0, 2)), np.zeros(3), np.array([[1.0, np.nan]])])
    def test_refuses_what_are_no_codes(self, codes: np.ndarray) -> None:
        with pytest.raises(ExplorerError, match="Received: shape"):
            geometry.describe(codes)


class TestPrior:
    def test_a_vaes_is_standard_normal_and_a_seed_fixes_the_draw(self) -> None:
        draw = geometry.standard_prior(2).sample(4000, seed=7)
        assert scipy_stats.kstest(draw.ravel(), "norm").pvalue > 0.001
        np.testing.assert_array_equal(draw, geometry.standard_prior(2).sample(4000, seed=7))
        assert not np.array_equal(draw, geometry.standard_prior(2).sample(4000, seed=8))

    def test_an_aes_has_the_codes_mean_and_covariance(self) -> None:
        rng = np.random.default_rng(5)
        codes = rng.normal(size=(2000, 3)) @ rng.normal(size=(3, 3)) + [5, -2, 0]
        prior = geometry.fitted_prior(codes)
        draw = prior.sample(50_000, seed=0)
        np.testing.assert_allclose(draw.mean(axis=0), codes.mean(axis=0), atol=0.1)
        np.testing.assert_allclose(np.cov(draw.T), np.cov(codes.T), atol=0.15)
        np.testing.assert_allclose(prior.std, codes.std(axis=0), rtol=1e-2)

    @pytest.mark.parametrize("codes", [np.ones((5, 3)), np.ones((1, 2)), np.eye(3)[:, :1]])
    def test_survives_codes_that_fill_no_volume(self, codes: np.ndarray) -> None:
        assert np.isfinite(geometry.fitted_prior(codes).sample(3, seed=0)).all()


class TestNeighbourhood:
    def test_nearest_agrees_with_a_full_sort(self) -> None:
        rng = np.random.default_rng(6)
        codes, z = rng.normal(size=(300, 4)), rng.normal(size=4)
        distances = np.linalg.norm(codes - z, axis=1)
        found = geometry.nearest(codes, z, 5)
        assert found.indices.tolist() == np.argsort(distances)[:5].tolist()
        np.testing.assert_allclose(found.distances, np.sort(distances)[:5])

    def test_asks_for_no_more_than_there_are(self) -> None:
        assert geometry.nearest(np.zeros((2, 3)), np.ones(3), 5).indices.tolist() == [0, 1]

    def test_a_code_is_not_its_own_neighbour(self) -> None:
        codes = np.random.default_rng(6).normal(size=(300, 4))
        distances = np.linalg.norm(codes - codes[7], axis=1)
        found = geometry.neighbours(codes, 7, 5)
        assert found.indices.tolist() == np.argsort(distances)[1:6].tolist()
        np.testing.assert_allclose(found.distances, np.sort(distances)[1:6])
        assert geometry.neighbours(codes[:3], 1, 8).indices.size == 2
        # Among equal codes it need not be the first of those found.
        found = geometry.neighbours(np.zeros((20, 2)), 19, 5)
        assert len(found.indices) == 5
        assert 19 not in found.indices

    def test_quantiles_are_those_of_the_distances_between_codes(self) -> None:
        codes = np.random.default_rng(7).normal(size=(200, 3))
        distances = np.linalg.norm(codes[:, None] - codes[None], axis=2)
        np.fill_diagonal(distances, np.inf)
        expected = np.quantile(distances.min(axis=1), np.linspace(0, 1, 101))
        np.testing.assert_allclose(geometry.neighbour_quantiles(codes), expected, atol=1e-5)

    def test_verdicts_go_from_inside_to_hole(self) -> None:
        codes = np.random.default_rng(8).normal(size=(2000, 2))
        quantiles = geometry.neighbour_quantiles(codes)

        def verdict(z: list[float]) -> str:
            found = geometry.nearest(codes, np.array(z), 1)
            return geometry.judge(float(found.distances[0]), quantiles).verdict

        assert verdict([0, 0]) == "inside"
        assert verdict([9, 9]) == "hole"
        assert geometry.judge(float(quantiles[95]), quantiles).verdict == "edge"

    def test_one_code_has_no_neighbour(self) -> None:
        with pytest.raises(ExplorerError, match="at least two"):
            geometry.neighbour_quantiles(np.zeros((1, 2)))


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


def test_class_means_leave_empty_classes_out() -> None:
    codes = np.array([[0.0, 0], [2, 2], [5, 7]], np.float32)
    means = geometry.class_means(codes, np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(means[[0, 2]], [[1, 1], [5, 7]])
    assert np.isnan(means[1]).all()


def test_quantiles_cut_the_normal_distribution_into_equal_shares() -> None:
    np.testing.assert_allclose(
        scipy_stats.norm.cdf(geometry.normal_quantiles(4)), [0.125, 0.375, 0.625, 0.875]
    )
