"""Which points two clusterings disagree about."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from explorer.clustering.agreement import agreement
from explorer.core.errors import ExplorerError

LEFT, RIGHT = np.random.default_rng(0).integers(0, 4, (2, 200))
RIGHT[:120] = (LEFT[:120] + 1) % 4


def test_other_numbers_are_no_move() -> None:
    found = agreement(LEFT, (3 - LEFT).astype(np.int32))
    assert found.matching == {0: 3, 1: 2, 2: 1, 3: 0}
    assert not found.moved.any()
    assert found.flows == ()
    assert found.ari == found.nmi == pytest.approx(1)


def test_as_few_points_as_possible_move() -> None:
    found = agreement(LEFT, RIGHT)
    best = min(np.mean(np.take(order, LEFT) != RIGHT) for order in permutations(range(4)))
    assert found.moved.mean() == pytest.approx(best)
    assert found.ari == pytest.approx(adjusted_rand_score(LEFT, RIGHT))
    assert found.nmi == pytest.approx(normalized_mutual_info_score(LEFT, RIGHT))


def test_the_largest_moves_come_first_and_are_all() -> None:
    found = agreement(LEFT, RIGHT)
    sizes = [len(flow.rows) for flow in found.flows]
    assert sizes == sorted(sizes, reverse=True)
    rows = np.concatenate([flow.rows for flow in found.flows])
    np.testing.assert_array_equal(np.sort(rows), np.flatnonzero(found.moved))
    for flow in found.flows:
        assert set(LEFT[flow.rows]) == {flow.left}
        assert set(RIGHT[flow.rows]) == {flow.right}
        assert found.matching[flow.left] != flow.right


def test_a_cluster_that_is_left_over_has_moved() -> None:
    found = agreement(np.array([0, 0, 1, 1, 2]), np.array([5, 5, 6, 6, 6]))
    np.testing.assert_array_equal(found.moved, [False, False, False, False, True])


def test_other_points_are_one_sentence() -> None:
    with pytest.raises(ExplorerError, match="as many"):
        agreement(LEFT, RIGHT[:-1])
