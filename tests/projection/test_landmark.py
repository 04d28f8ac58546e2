"""Landmarks: the points between follow them, and few points are all landmarks."""

import numpy as np

from explorer.projection import METHODS, offered, project
from tests.projection.specs import spec_of


def test_groups_that_are_apart_stay_apart() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 3000)
    x = 20 * np.eye(3, 5)[labels] + rng.normal(size=(3000, 5))
    spec = spec_of("landmark", landmarks=300, perplexity=20, sample_size=3000)
    told: list[str] = []
    found = project(x, spec, labels, lambda progress: bool(told.append(progress.message)) or True)
    assert found.embedding.shape == (3000, 2)
    assert found.knn_accuracy is not None
    assert found.knn_accuracy > 0.99
    assert any("Placing 3,000 points" in message for message in told)
    again = project(x, spec, labels)
    np.testing.assert_array_equal(again.embedding, found.embedding)


def test_it_is_offered_for_many_points_alone() -> None:
    assert "landmark" in offered(10_001)
    assert offered(10_000).keys() == METHODS.keys() - {"landmark"}
