"""How codes fill latent space: known answers, and bad input."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from explorer.core.errors import ExplorerError
from explorer.latent.stats import (
    class_means,
    describe,
    fitted_prior,
    normal_quantiles,
    standard_prior,
)


class TestDescribe:
    def test_counts_a_vaes_unused_dimension_as_inactive_and_last(self) -> None:
        rng = np.random.default_rng(3)
        codes = np.column_stack([rng.normal(size=900), 0.01 * rng.normal(size=900)])
        kl = np.column_stack([np.full(900, 0.4), np.full(900, 1.5)])
        stats = describe(codes, kl)
        assert stats.active.tolist() == [True, False]
        assert stats.order.tolist() == [0, 1]
        np.testing.assert_allclose(stats.importance, [0.4, 1.5])

    def test_orders_an_aes_dimensions_by_variance_whatever_their_scale(self) -> None:
        rng = np.random.default_rng(4)
        codes = rng.normal(size=(900, 3)) * [10, 500, 0]
        stats = describe(codes)
        assert stats.order.tolist() == [1, 0, 2]
        assert stats.active.tolist() == [True, True, False]
        assert stats.std[2] == 1

    def test_the_hills_are_a_histogram(self) -> None:
        codes = np.concatenate([np.zeros(30), np.ones(10)])[:, None]
        density = describe(codes).density[0]
        assert density[0] == 1
        assert density[-1] == pytest.approx(1 / 3)
        assert density.sum() == pytest.approx(4 / 3)

    @pytest.mark.parametrize("codes", [np.zeros((0, 2)), np.zeros(3), np.array([[1.0, np.nan]])])
    def test_refuses_what_are_no_codes(self, codes: np.ndarray) -> None:
        with pytest.raises(ExplorerError, match="Received: shape"):
            describe(codes)


class TestPrior:
    def test_a_vaes_is_standard_normal_and_a_seed_fixes_the_draw(self) -> None:
        draw = standard_prior(2).sample(4000, seed=7)
        assert scipy_stats.kstest(draw.ravel(), "norm").pvalue > 0.001
        np.testing.assert_array_equal(draw, standard_prior(2).sample(4000, seed=7))
        assert not np.array_equal(draw, standard_prior(2).sample(4000, seed=8))

    def test_an_aes_has_the_codes_mean_and_covariance(self) -> None:
        rng = np.random.default_rng(5)
        codes = rng.normal(size=(2000, 3)) @ rng.normal(size=(3, 3)) + [5, -2, 0]
        prior = fitted_prior(codes)
        draw = prior.sample(50_000, seed=0)
        np.testing.assert_allclose(draw.mean(axis=0), codes.mean(axis=0), atol=0.1)
        np.testing.assert_allclose(np.cov(draw.T), np.cov(codes.T), atol=0.15)
        np.testing.assert_allclose(prior.std, codes.std(axis=0), rtol=1e-2)

    @pytest.mark.parametrize("codes", [np.ones((5, 3)), np.ones((1, 2)), np.eye(3)[:, :1]])
    def test_survives_codes_that_fill_no_volume(self, codes: np.ndarray) -> None:
        assert np.isfinite(fitted_prior(codes).sample(3, seed=0)).all()


def test_class_means_leave_empty_classes_out() -> None:
    codes = np.array([[0.0, 0], [2, 2], [5, 7]], np.float32)
    means = class_means(codes, np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(means[[0, 2]], [[1, 1], [5, 7]])
    assert np.isnan(means[1]).all()


def test_quantiles_cut_the_normal_distribution_into_equal_shares() -> None:
    np.testing.assert_allclose(
        scipy_stats.norm.cdf(normal_quantiles(4)), [0.125, 0.375, 0.625, 0.875]
    )
