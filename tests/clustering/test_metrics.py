"""Scores against scikit-learn, or against what is counted here by brute force."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.datasets import load_digits

from explorer.clustering import NOISE, default_spec, fit, metrics
from explorer.clustering import silhouette as blocks
from explorer.clustering.confusion import confusion, prediction_confusion, profile
from explorer.clustering.metrics import NAMES, SCORES, score, score_file
from explorer.clustering.silhouette import silhouette
from explorer.core.errors import ExplorerError

AGAINST = tuple(name for name in NAMES if SCORES[name].of == "classes")
SHAPE = tuple(name for name in NAMES if SCORES[name].of == "shape")
SEPARATED = tuple(name for name in SHAPE if name != "inertia")  # of two clusters or more
DIGITS, CLASSES = load_digits(return_X_y=True)
PARTITION = fit(DIGITS, default_spec("kmeans", n_init=1, n_clusters=13)).clustering.labels
RNG = np.random.default_rng(0)
# scikit-learn suspects a regression when most labels differ.
pytestmark = pytest.mark.filterwarnings("ignore:The number of unique classes:UserWarning")


def best_matching(truth: list[int], labels: list[int]) -> int:
    """Count the points in the best matching, trying all of them."""
    classes, clusters = sorted(set(truth)), sorted(set(labels) - {NOISE})
    size = max(len(classes), len(clusters))
    padded = clusters + [None] * (size - len(clusters))
    pairs = list(zip(truth, labels, strict=True))
    return max(
        sum(pairs.count((c, k)) for c, k in zip(classes, order, strict=False))
        for order in permutations(padded)
    )


def largest_shares(truth: list[int], labels: list[int]) -> list[tuple[int, int]]:
    """Return (points of the largest class, points) of each cluster."""
    shares = []
    for cluster in sorted(set(labels) - {NOISE}):
        inside = [t for t, k in zip(truth, labels, strict=True) if k == cluster]
        shares.append((max(inside.count(t) for t in inside), len(inside)))
    return shares


small = st.integers(1, 24).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
        st.lists(st.integers(-1, 5), min_size=n, max_size=n),
        st.integers(0, 2**31),
    )
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small)
def test_scores_against_classes(case):
    truth, labels, _ = case
    found = score(np.array(labels), np.array(truth))
    shares = largest_shares(truth, labels)
    assert found["accuracy"] == pytest.approx(best_matching(truth, labels) / len(truth))
    assert found["purity"] == pytest.approx(sum(top for top, _ in shares) / len(truth))
    if shares:
        assert found["purity_macro"] == pytest.approx(np.mean([top / n for top, n in shares]))
    else:
        assert found["purity_macro"] is None
        assert "purity_macro" in found.reasons
    assert found["nmi"] == pytest.approx(sk.normalized_mutual_info_score(truth, labels))
    assert found["ari"] == pytest.approx(sk.adjusted_rand_score(truth, labels))
    assert found["homogeneity"] == pytest.approx(sk.homogeneity_score(truth, labels))
    assert found["completeness"] == pytest.approx(sk.completeness_score(truth, labels))
    assert found.noise_share == pytest.approx(labels.count(NOISE) / len(labels))
    assert found.n_clusters == len(shares)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small)
def test_names_of_clusters_and_classes_and_the_order_of_points_change_nothing(case):
    truth, labels, seed = np.array(case[0]), np.array(case[1]), case[2]
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(len(truth), 3))
    names = np.append(rng.permutation(100)[:6], NOISE)  # index -1 stays noise
    order = rng.permutation(len(truth))
    first = score(labels, truth, points)
    second = score(names[labels][order], rng.permutation(50)[truth][order], points[order])
    for name in (*AGAINST, *SHAPE):
        value = first[name]
        assert second[name] == (None if value is None else pytest.approx(value)), name


@settings(max_examples=60, deadline=None)
@given(small)
def test_confusion_counts_and_matches(case):
    truth, labels = np.array(case[0]), np.array(case[1])
    found = confusion(truth, labels)
    assert found.classes.tolist() == sorted(set(case[0]))
    assert sorted(found.clusters) == sorted(set(case[1]))
    for i, c in enumerate(found.classes):
        for j, k in enumerate(found.clusters):
            assert found.counts[i, j] == np.sum((truth == c) & (labels == k))
    assert found.row_share.sum(axis=1) == pytest.approx(1)
    assert found.row_share * found.counts.sum(axis=1, keepdims=True) == pytest.approx(found.counts)
    real = set(case[1]) - {NOISE}
    assert len(found.matching) == min(len(found.classes), len(real))
    assert list(found.matching) == sorted(found.matching)
    assert found.clusters[: len(found.matching)].tolist() == list(found.matching.values())
    assert NOISE not in found.matching.values()
    assert NOISE not in found.clusters[:-1]
    assert found.accuracy == score(labels, truth)["accuracy"]


def shape_cases():
    blobs = RNG.normal(size=(300, 5)) + 6 * RNG.integers(0, 3, (300, 1))
    yield "digits", DIGITS, PARTITION
    yield "digits by class, float32", DIGITS.astype(np.float32), CLASSES
    yield "random", RNG.normal(size=(200, 4)), RNG.integers(0, 7, 200)
    yield "blobs far from 0", blobs + 1000, RNG.integers(10, 13, 300)
    yield "one point alone", blobs, np.append(np.zeros(299, int), 5)
    yield "duplicates", np.repeat(blobs[:20], 5, axis=0), np.repeat(np.arange(20), 5)
    yield "all points equal", np.ones((20, 3)), np.arange(20) % 4
    yield "one value", RNG.normal(size=(50, 1)), RNG.integers(0, 3, 50)
    yield "as many clusters as points but one", blobs[:9], np.append(np.arange(8), 0)


@pytest.mark.parametrize(
    ("points", "labels"), [c[1:] for c in shape_cases()], ids=[c[0] for c in shape_cases()]
)
def test_scores_of_shape_are_scikit_learns(points, labels):
    found = score(labels, None, points)
    wide = points.astype(np.float64)
    assert found["silhouette"] == pytest.approx(sk.silhouette_score(wide, labels), abs=1e-6)
    assert found["davies_bouldin"] == pytest.approx(sk.davies_bouldin_score(wide, labels))
    assert found["calinski_harabasz"] == pytest.approx(sk.calinski_harabasz_score(wide, labels))
    means = np.stack([wide[labels == label].mean(axis=0) for label in labels])
    assert found["inertia"] == pytest.approx(((wide - means) ** 2).sum())
    assert found.silhouette_sample == len(points)
    assert found["accuracy"] is None
    assert set(found.reasons) == set(AGAINST)


@pytest.mark.parametrize("size", [2, 100, 1796])
def test_silhouette_draws_scikit_learns_sample(size):
    found = silhouette(DIGITS, PARTITION, size, seed=7)
    expected = (
        sk.silhouette_score(DIGITS, PARTITION, sample_size=size, random_state=7)
        if size > 2
        else None
    )
    assert found.value == (None if expected is None else pytest.approx(expected))
    assert found.sample_size == size


def test_silhouette_in_many_blocks_tells_and_stops(monkeypatch):
    monkeypatch.setattr(blocks, "_CELLS", 100 * len(DIGITS) + 1)
    told = []
    found = silhouette(DIGITS, PARTITION, None, report=lambda p: told.append(p.fraction) or True)
    assert found.value == pytest.approx(sk.silhouette_score(DIGITS, PARTITION))
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == 1
    stopped = score(PARTITION, CLASSES, DIGITS, report=lambda p: False)
    assert stopped["silhouette"] is None
    assert stopped.reasons == {"silhouette": blocks.STOPPED}
    assert stopped["davies_bouldin"] is not None


def test_noise_is_left_out_of_shape_and_wrong_against_classes():
    labels = PARTITION.copy()
    labels[::4] = NOISE
    inside = labels != NOISE
    found = score(labels, CLASSES, DIGITS)
    alone = score(labels[inside], CLASSES[inside], DIGITS[inside])
    for name in SHAPE:
        assert found[name] == pytest.approx(alone[name]), name
    share = inside.mean()
    assert found.noise_share == pytest.approx(1 - share)
    assert found["accuracy"] == pytest.approx(alone["accuracy"] * share)
    assert found["purity"] == pytest.approx(alone["purity"] * share)
    assert found["purity_macro"] == pytest.approx(alone["purity_macro"])
    assert found["nmi"] == pytest.approx(sk.normalized_mutual_info_score(CLASSES, labels))


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ([0, 0, 0, 0], SEPARATED),
        ([0, 1, 2, 3], SEPARATED),
        ([NOISE] * 4, (*SHAPE, "purity_macro")),
        ([NOISE, 0, 1, NOISE], SEPARATED),
    ],
)
def test_scores_that_are_not_defined_are_none_with_a_reason(labels, missing):
    found = score(np.array(labels), np.array([0, 0, 1, 1]), np.arange(8.0).reshape(4, 2))
    assert set(found.reasons) == set(missing)
    for name in (*AGAINST, *SHAPE):
        assert (found[name] is None) == (name in missing), name


def test_one_point():
    found = score(np.array([3]), np.array([7]), np.array([[1.0]]))
    assert [found[name] for name in ("accuracy", "purity", "inertia")] == [1, 1, 0]


@settings(max_examples=60, deadline=None)
@given(small)
def test_v_measure_is_the_harmonic_mean_of_homogeneity_and_completeness(case):
    truth, labels, _ = case
    found = score(np.array(labels), np.array(truth))
    both = found["homogeneity"], found["completeness"]
    expected = 2 * both[0] * both[1] / sum(both) if sum(both) else 0.0
    assert found["v_measure"] == pytest.approx(expected)
    assert found["v_measure"] == pytest.approx(sk.v_measure_score(truth, labels))


def test_known_values():
    # Cluster 0 holds classes 0 0 1, cluster 1 holds 1, cluster 2 holds 1 1.
    found = score(np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 1, 1]))
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["purity"] == pytest.approx(5 / 6)
    assert found["purity_macro"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    matched = confusion(np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 0, 1, 2, 2]))
    assert matched.matching == {0: 0, 1: 2}
    assert matched.clusters.tolist() == [0, 2, 1]
    assert matched.counts.tolist() == [[2, 0, 0], [1, 2, 1]]


def test_profile_and_predictions():
    truth, labels = np.array([4, 4, 9, 9, 9, 4]), np.array([0, 0, 0, 2, 2, NOISE])
    found = profile(truth, labels, 4)
    assert found.sizes.tolist() == [3, 0, 2, 0]
    assert found.majority.tolist() == [4, -1, 9, -1]
    assert np.array_equal(found.purity, [2 / 3, np.nan, 1, np.nan], equal_nan=True)
    with pytest.raises(ExplorerError, match="0 to 1"):
        profile(truth, labels, 2)
    predicted = prediction_confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]))
    assert predicted.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert predicted.accuracy == 0.5


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((4, 1), int),
        np.array([0, 1, np.nan, 1]),
        np.array([0, 1, np.inf, 1]),
        np.array([0, 1, 0.5, 1]),
        np.array(["a", "b", "a", "b"]),
        np.array([], int),
        np.array(3),
        np.array([0, 1, 0]),
    ],
)
def test_labels_must_be_labels(bad):
    good = np.array([0, 1, 0, 1])
    for arrays in ((bad, good), (good, bad)):
        with pytest.raises(ExplorerError, match="Received: "):
            score(*arrays)
        with pytest.raises(ExplorerError, match="Received: "):
            confusion(*arrays)


def test_points_must_fit():
    good = np.array([0, 1, 0, 1])
    for points in (np.zeros((3, 2)), np.full((4, 2), np.nan), np.zeros(4)):
        with pytest.raises(ExplorerError, match="Received: "):
            score(good, good, points)


def test_whole_numbers_may_come_as_floats_and_truths():
    found = score(np.array([0.0, 1.0, 1.0]), np.array([False, True, False]))
    assert found == score(np.array([0, 1, 1]), np.array([0, 1, 0]))


# Files


def test_score_file_has_the_agreed_names(tmp_path):
    path = tmp_path / "labels.npz"
    np.savez(path, labels_true=CLASSES, labels_pred=PARTITION, x=DIGITS.reshape(-1, 8, 8))
    found = score_file(path)
    expected = score(PARTITION, CLASSES, DIGITS)
    assert found == {name: expected[name] for name in NAMES}
    assert list(found) == list(NAMES)
    assert found["silhouette"] == pytest.approx(sk.silhouette_score(DIGITS, PARTITION))
    np.savez(path, labels_true=CLASSES, labels_pred=PARTITION)
    found = score_file(path)
    assert found["nmi"] == expected["nmi"]
    assert [name for name in NAMES if found[name] is None] == list(SHAPE)


@pytest.mark.parametrize(
    "arrays",
    [
        {"labels_true": CLASSES},
        {"labels_pred": CLASSES},
        {"labels_true": CLASSES, "labels_pred": CLASSES[:-1]},
        {"labels_true": CLASSES, "labels_pred": CLASSES[:, None]},
        {"labels_true": CLASSES * np.nan, "labels_pred": CLASSES},
        {"labels_true": CLASSES, "labels_pred": CLASSES, "x": DIGITS[:-1]},
        {"labels_true": CLASSES, "labels_pred": CLASSES, "x": DIGITS * np.nan},
        {"labels_true": CLASSES.astype(object), "labels_pred": CLASSES},
    ],
)
def test_score_file_refuses_what_it_cannot_use(arrays, tmp_path):
    np.savez(tmp_path / "labels.npz", **arrays)
    with pytest.raises(ExplorerError):
        score_file(tmp_path / "labels.npz")


def test_score_file_refuses_what_is_no_file(tmp_path):
    (tmp_path / "text.npz").write_text("labels")
    for name in ("absent.npz", "text.npz"):
        with pytest.raises(ExplorerError, match=name):
            score_file(tmp_path / name)


def test_scores_are_kept_beside_their_clustering(tmp_path, monkeypatch):
    spec = default_spec("kmeans", n_clusters=13)
    first = metrics.cached(spec, tmp_path, lambda: score(PARTITION, None, DIGITS))
    kept = metrics.cached(spec, tmp_path, lambda: pytest.fail("computed again"))
    assert kept == first
    (file,) = tmp_path.iterdir()
    assert file.name == f"kmeans-{spec.hash}-scores-10000-0.json"
    for damage in ("{", "[]", '{"n_points": 3}', '{"odd": 1}'):
        file.write_text(damage)
        assert metrics.cached(spec, tmp_path, lambda: first) == first
    monkeypatch.setattr(blocks, "_CELLS", 100 * len(DIGITS))
    stopped = score(PARTITION, None, DIGITS, report=lambda p: False)
    metrics.cached(spec, tmp_path, lambda: stopped, None, 4)
    assert list(tmp_path.iterdir()) == [file]
