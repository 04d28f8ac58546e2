"""Scores of disentanglement, against their definitions computed by another route."""

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from explorer.core.errors import ExplorerError
from explorer.latent.disentanglement import SCORES, measure
from explorer.latent.disentanglement.dci import dci, from_importance
from explorer.latent.disentanglement.factor_vae import factor_vae_score
from explorer.latent.disentanglement.information import (
    mutual_information_gap,
    normalised_information,
)

RNG = np.random.default_rng(0)
FACTORS = RNG.integers(0, [3, 4, 5], (800, 3))
NOISE = RNG.normal(size=(800, 3))
APART = FACTORS + 0.02 * NOISE  # each dimension tells one factor
MIXED = APART @ np.linalg.qr(RNG.normal(size=(3, 3)))[0]


def test_information_is_the_definitions() -> None:
    found = normalised_information(MIXED, FACTORS)
    for j, column in enumerate(MIXED.T):
        edges = np.linspace(column.min(), column.max(), 21)
        cut = np.clip(np.digitize(column, edges) - 1, 0, 19)
        for k, factor in enumerate(FACTORS.T):
            own = mutual_info_score(factor, factor)  # the entropy
            assert found[k, j] == pytest.approx(mutual_info_score(cut, factor) / own, abs=1e-9)
    gaps = [sorted(row)[-1] - sorted(row)[-2] for row in found]
    assert mutual_information_gap(found) == pytest.approx(np.mean(gaps))


def test_disentanglement_and_completeness_are_the_definitions() -> None:
    importance = RNG.random((4, 3)) ** 3
    importance[3] = 0  # a dead dimension
    weights, scores = [], []
    for row in importance:
        p = row / row.sum() if row.sum() else np.full(3, 1 / 3)
        scores.append(1 - sum(-value * np.log(value) / np.log(3) for value in p))
        weights.append(row.sum())
    columns = []
    for column in importance.T:
        p = column[column > 0] / column.sum()
        columns.append(1 + (p * np.log(p)).sum() / np.log(4))
    expected = np.average(scores, weights=weights), np.mean(columns)
    assert from_importance(importance) == pytest.approx(expected)
    assert from_importance(np.eye(3)) == pytest.approx((1, 1))
    assert from_importance(np.ones((3, 3))) == pytest.approx((0, 0))
    assert from_importance(np.zeros((3, 3))) == (0, 0)


def test_the_factor_vae_score_is_the_definitions() -> None:
    """Another draw of votes, counted in another way, agrees but for chance."""
    rng = np.random.default_rng(5)
    z = np.column_stack([MIXED, NOISE[:, 0]])
    scaled = z / z.std(axis=0)

    def vote() -> tuple[int, int]:
        k = rng.integers(3)
        value = rng.choice(np.unique(FACTORS[:, k]))
        rows = rng.choice(np.flatnonzero(FACTORS[:, k] == value), 64)
        return int(np.argmin([np.var(scaled[rows, j]) for j in range(4)])), int(k)

    votes = [vote() for _ in range(1600)]
    best = 0
    for j in range(4):
        best += max(sum(one == (j, k) for one in votes) for k in range(3))
    assert factor_vae_score(z, FACTORS) == pytest.approx(best / 1600, abs=0.05)


def test_each_dimension_for_one_factor_is_best_and_noise_is_worst() -> None:
    good, mixed, none = (measure(z, FACTORS).scores for z in (APART, MIXED, NOISE))
    assert min(good.values()) > 0.95
    for name in SCORES:
        assert good[name] >= mixed[name] >= none[name] - 0.05
    assert none["mig"] < 0.1
    assert none["factor_vae"] < 0.5
    dead = np.column_stack([APART, np.zeros(800)])
    assert measure(dead, FACTORS).scores["factor_vae"] == good["factor_vae"]


def test_the_order_and_the_scale_of_dimensions_change_nothing() -> None:
    before = measure(MIXED, FACTORS)
    after = measure(MIXED[:, [2, 0, 1]] * [-8, 0.25, 2], FACTORS)
    np.testing.assert_allclose(
        after.information, before.information[:, [2, 0, 1]], atol=0.02
    )  # a mirrored bin has its edge on the other side
    for name, value in before.scores.items():
        assert after.scores[name] == pytest.approx(value, abs=0.02), name
    assert dci(MIXED, FACTORS).importance.sum(axis=0) == pytest.approx(np.ones(3))


def test_too_few_codes_are_refused() -> None:
    with pytest.raises(ExplorerError, match="100 codes or more"):
        measure(MIXED[:50], FACTORS[:50])
