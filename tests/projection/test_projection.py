import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from explorer import projection
from explorer.core.errors import ExplorerError
from explorer.core.params import parameters
from explorer.core.progress import Progress
from explorer.latent import neighbors
from explorer.projection import (
    METHODS,
    ProjectionSpec,
    cache,
    cached,
    file_of,
    load,
    project,
    quality,
    save,
    tsne,
)
from explorer.projection.base import Method

# What is computed as a job.
SLOW = [name for name, method in METHODS.items() if not method.quick]


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    rows = np.random.default_rng(0).permutation(len(data.data))[:500]
    return data.data[rows].astype(np.float32), data.target[rows]


@pytest.fixture
def blobs():
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, 200)
    x = 6 * random.normal(size=(4, 5))[labels] + random.normal(size=(200, 5))
    return x.astype(np.float32), labels


def spec_of(method: str, n_components: int = 2, **options) -> ProjectionSpec:
    return ProjectionSpec.of({"method": method, "n_components": n_components, **options})


def small(method: str, n_components: int = 2, **options) -> ProjectionSpec:
    """A spec for few points."""
    few = {"perplexity": 10, "n_neighbors": 8}
    known = {parameter.name for parameter in parameters(METHODS[method])}
    fitting = {name: value for name, value in few.items() if name in known}
    return spec_of(method, n_components, **fitting | options)


# What a picture shows


def test_raw_axes_are_the_columns_themselves(blobs):
    x, _ = blobs
    picture = project(x, spec_of("raw", 3, axes=(4, 0, 2)))
    np.testing.assert_array_equal(picture.embedding, x[:, [4, 0, 2]])
    np.testing.assert_array_equal(picture.indices, np.arange(len(x)))
    np.testing.assert_array_equal(project(x, spec_of("raw")).embedding, x[:, :2])


@pytest.mark.parametrize("n_components", [2, 3])
def test_pca_equals_the_singular_value_decomposition(blobs, n_components):
    x, _ = blobs
    picture = project(x, spec_of("pca", n_components))
    u, s, _ = np.linalg.svd(x.astype(np.float64) - x.mean(axis=0), full_matrices=False)
    expected = (u * s)[:, :n_components]
    signs = np.sign((expected * picture.embedding).sum(axis=0))
    np.testing.assert_allclose(picture.embedding, expected * signs, atol=1e-3)
    shares = (s**2 / (s**2).sum())[:n_components]
    np.testing.assert_allclose(picture.explained_variance, shares, rtol=1e-4)


def test_images_are_flattened(blobs):
    x, _ = blobs
    images = np.repeat(x, 4, axis=1).reshape(len(x), 2, 5, 2)
    flat = project(images.reshape(len(x), -1), spec_of("pca"))
    np.testing.assert_array_equal(project(images, spec_of("pca")).embedding, flat.embedding)


@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_neighbours_tell_labels_better_than_in_the_pca(digits, method, n_components):
    x, labels = digits
    pca = project(x, spec_of("pca", n_components), labels)
    picture = project(x, spec_of(method, n_components), labels)
    assert picture.embedding.shape == (len(x), n_components)
    assert picture.embedding.dtype == np.float32
    assert picture.finished
    assert picture.knn_accuracy > 0.9 > pca.knn_accuracy
    assert picture.trustworthiness > 0.95 > pca.trustworthiness


@pytest.mark.parametrize("method", [name for name in SLOW if hasattr(METHODS[name], "metric")])
@pytest.mark.parametrize("metric", ["cosine", "manhattan"])
def test_other_metrics_separate_blobs_too(blobs, method, metric):
    x, labels = blobs
    picture = project(x, small(method, metric=metric), labels)
    assert picture.knn_accuracy > 0.9


@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("method", SLOW)
def test_a_seed_decides_the_picture(blobs, method, n_components):
    x, _ = blobs
    spec = small(method, n_components)
    first = project(x, spec).embedding
    np.testing.assert_array_equal(first, project(x, spec).embedding)


def test_another_seed_gives_another_umap(blobs):
    x, _ = blobs
    first = project(x, small("umap")).embedding
    assert not np.array_equal(first, project(x, small("umap", seed=1)).embedding)


def test_tsne_does_not_depend_on_the_number_of_threads(blobs, monkeypatch):
    x, _ = blobs
    monkeypatch.setattr(tsne, "_EXAGGERATED", 40)
    monkeypatch.setattr(tsne, "_ITERATIONS", 40)
    first = project(x, small("tsne")).embedding
    monkeypatch.setattr(neighbors, "threads", lambda n: 2)
    np.testing.assert_array_equal(first, project(x, small("tsne")).embedding)


def test_the_interpolated_gradient_of_large_data_is_as_good(digits, monkeypatch):
    x, labels = digits
    monkeypatch.setattr(tsne, "_EXAGGERATED", 80)
    monkeypatch.setattr(tsne, "_ITERATIONS", 80)
    exact = project(x, spec_of("tsne"), labels)
    monkeypatch.setattr(tsne, "_INTERPOLATE_ABOVE", 100)
    fast = project(x, spec_of("tsne"), labels)
    assert not np.array_equal(fast.embedding, exact.embedding)
    assert fast.knn_accuracy == pytest.approx(exact.knn_accuracy, abs=0.03)


@pytest.mark.parametrize("method", SLOW)
def test_many_equal_points_are_no_obstacle(method):
    x = np.repeat(np.eye(3, dtype=np.float32), 40, axis=0)
    picture = project(x, small(method))
    assert np.isfinite(picture.embedding).all()


def test_a_sample_is_random_without_repetition_and_sorted(blobs):
    x, labels = blobs
    spec = spec_of("raw", sample_size=50)
    picture = project(x, spec, labels)
    assert len(set(picture.indices.tolist())) == 50
    assert (np.diff(picture.indices) > 0).all()
    assert picture.indices.max() > 100
    np.testing.assert_array_equal(picture.embedding, x[picture.indices, :2])
    np.testing.assert_array_equal(picture.indices, project(x, spec).indices)
    other = project(x, replace(spec, seed=1))
    assert not np.array_equal(picture.indices, other.indices)


@pytest.mark.parametrize("method", ["raw", "pca"])
def test_one_dimension_is_drawn_on_a_line(method):
    x = np.arange(20, dtype=np.float32)[:, None]
    embedding = project(x, spec_of(method)).embedding
    assert embedding.shape == (20, 2)
    np.testing.assert_array_equal(embedding[:, 1], 0)
    np.testing.assert_allclose(np.abs(np.diff(embedding[:, 0])), 1, rtol=1e-5)


# How far it can be trusted


def test_a_faithful_picture_is_trustworthy_and_a_shuffled_one_is_not(blobs):
    x, labels = blobs
    plane = x[:, :2]
    assert quality(plane, plane).trustworthiness == 1
    shuffled = np.random.default_rng(0).permutation(plane)
    chance = quality(plane, shuffled, labels)
    assert chance.trustworthiness < 0.6
    assert chance.knn_accuracy < 0.5


def test_label_accuracy_equals_scikit_learns_leave_one_out(digits):
    from sklearn.model_selection import LeaveOneOut, cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    x, labels = digits[0][:120], digits[1][:120] % 2
    picture = x[:, [10, 20, 30]] + np.random.default_rng(0).normal(scale=1e-3, size=(120, 3))
    k = 2 * (projection.QUALITY_NEIGHBORS // 2) - 1  # odd: two classes have no equal counts
    classifier = KNeighborsClassifier(k)
    expected = np.mean(cross_val_predict(classifier, picture, labels, cv=LeaveOneOut()) == labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[quality.__module__], "QUALITY_NEIGHBORS", k)
        assert quality(x, picture, labels).knn_accuracy == pytest.approx(expected)


def test_accuracy_does_not_depend_on_the_names_of_the_labels(blobs):
    x, labels = blobs
    noisy = np.random.default_rng(1).integers(0, 4, len(labels))
    accuracy = quality(x, x[:, :2], noisy).knn_accuracy
    assert quality(x, x[:, :2], 3 - noisy).knn_accuracy == accuracy
    assert quality(x, x[:, :2], np.array(list("spqr"))[noisy]).knn_accuracy == accuracy
    assert quality(x, x[:, :2], np.zeros(len(x))).knn_accuracy == 1


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_labels_do_not_change_the_picture(blobs, method):
    x, labels = blobs
    with_labels = project(x, small(method), labels)
    without = project(x, small(method))
    np.testing.assert_array_equal(with_labels.embedding, without.embedding)
    assert with_labels.trustworthiness == without.trustworthiness
    assert without.knn_accuracy is None


def test_quality_does_not_depend_on_the_order_of_the_points(blobs):
    x, labels = blobs
    order = np.random.default_rng(2).permutation(len(x))
    first = quality(x, x[:, :2], labels)
    second = quality(x[order], x[order, :2], labels[order])
    assert second.knn_accuracy == first.knn_accuracy
    assert second.trustworthiness == pytest.approx(first.trustworthiness)


# Progress and stop


@pytest.mark.parametrize("method", ["pca", *SLOW])
def test_progress_rises_and_begins_with_the_pca(blobs, method):
    x, _ = blobs
    reports: list[Progress] = []

    def report(progress: Progress) -> bool:
        reports.append(progress)
        return True

    picture = project(x, small(method), report=report)
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    np.testing.assert_array_equal(reports[-1].partial, picture.embedding)
    np.testing.assert_array_equal(reports[0].partial, project(x, spec_of("pca")).embedding)


@pytest.mark.parametrize("method", SLOW)
@pytest.mark.parametrize("stop_at", [0.0, 0.05, 0.6])
def test_stop_keeps_the_picture_so_far(blobs, method, stop_at):
    x, labels = blobs
    last: list[Progress] = []

    def report(progress: Progress) -> bool:
        if last and last[0].fraction >= stop_at and progress.fraction < 1:
            pytest.fail("it went on")
        last[:] = [progress]
        return progress.fraction < stop_at

    picture = project(x, small(method), labels, report)
    assert not picture.finished
    assert picture.embedding.shape == (len(x), 2)
    assert picture.knn_accuracy is not None
    np.testing.assert_array_equal(picture.embedding, last[0].partial)


def test_a_stopped_pca_is_finished_nonetheless(blobs):
    assert project(blobs[0], spec_of("pca"), report=lambda _: False).finished


# Bad input


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"method": "lda"}, "method"),
        ({"method": ["pca"]}, "method"),
        ({"space": "pixel"}, "space"),
        ({"method": "umap", "metric": "hamming"}, "metric"),
        ({"n_components": 4}, "n_components"),
        ({"n_components": True}, "n_components"),
        ({"method": "umap", "n_neighbors": 1}, "n_neighbors"),
        ({"method": "umap", "n_neighbors": 2.5}, "n_neighbors"),
        ({"method": "tsne", "perplexity": float("nan")}, "perplexity"),
        ({"method": "tsne", "perplexity": "30"}, "perplexity"),
        ({"method": "umap", "min_dist": -0.1}, "min_dist"),
        ({"seed": -1}, "seed"),
        ({"sample_size": 3}, "sample_size"),
        ({"method": "raw", "axes": (0, 0)}, "axes"),
        ({"method": "raw", "axes": (0, 1, 2)}, "axes"),
        ({"method": "raw", "axes": (-1, 0)}, "axes"),
        ({"method": "raw", "axes": 3}, "axes"),
    ],
)
def test_a_bad_spec_names_the_field_and_what_was_received(options, name):
    with pytest.raises(ExplorerError, match=rf"^{name} must be .* Received: "):
        ProjectionSpec.of(options)


def test_a_parameter_of_another_method_is_refused():
    with pytest.raises(ExplorerError, match="PCA has no parameter 'perplexity'"):
        spec_of("pca", perplexity=30)


@pytest.mark.parametrize(
    ("x", "spec", "sentence"),
    [
        (np.zeros(10), ProjectionSpec(), "one row for each point"),
        (np.zeros((10, 2), dtype=object), ProjectionSpec(), "array of numbers"),
        (np.eye(4), ProjectionSpec(), "at least 5 points"),
        (np.zeros((9, 0)), ProjectionSpec(), "one dimension or more"),
        (np.full((9, 3), np.nan), spec_of("raw"), "9 of 9 points .* not finite"),
        (np.full((9, 3), 1e300), ProjectionSpec(), "not finite"),
        (np.ones((9, 3)), ProjectionSpec(), "PCA finds nothing .* are equal"),
        (np.ones((99, 3)), spec_of("tsne"), "t-SNE finds nothing .* are equal"),
        (np.eye(90), spec_of("tsne"), "choose a perplexity below 30.0"),
        (np.eye(15), spec_of("umap"), "choose n_neighbors below 15"),
        (np.eye(9), spec_of("raw", axes=(0, 9)), "Axis 9 is outside .* 9 dimensions"),
        (np.eye(9)[:, :2], spec_of("raw", 3), "Raw axes cannot draw 3 .* only 2"),
        (np.eye(9)[:, :2], spec_of("pca", 3), "PCA cannot draw 3 .* only 2"),
        (np.eye(9)[:, :1], spec_of("umap"), "UMAP cannot draw 2 .* only 1"),
        (np.eye(9)[:, :1], spec_of("raw", axes=(0, 1)), "Axis 1 is outside"),
    ],
)
def test_data_that_cannot_be_drawn_give_one_sentence(x, spec, sentence):
    with pytest.raises(ExplorerError, match=sentence) as caught:
        project(x, spec)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", [m for m in SLOW if METHODS[m].check is not Method.check])
def test_too_few_points_give_one_sentence(method):
    with pytest.raises(
        ExplorerError, match=f"^{METHODS[method].title} needs .* Received: "
    ) as caught:
        project(np.eye(5), spec_of(method))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_tells_what_one_sees(method):
    assert METHODS[method].title
    assert METHODS[method].caption.endswith(".")


def test_labels_must_be_as_many_as_points(blobs):
    with pytest.raises(ExplorerError, match="one label for each of the 200 points"):
        project(blobs[0], ProjectionSpec(), np.zeros(7))


# Cache


def test_the_name_of_a_spec_never_changes():
    """Shipped pictures are found by these names: a change needs a new VERSION and new files."""
    assert spec_of("pca").name == "pca-7ccaaa383b9f"
    assert spec_of("umap", 3).name == "umap-b962fd4510d1"


@pytest.mark.parametrize("method", METHODS)
def test_a_spec_comes_back_from_plain_data(method):
    spec = small(method, 3, space="original", seed=3, sample_size=100)
    assert ProjectionSpec.of(json.loads(json.dumps(spec.to_dict()))) == spec


def test_equal_specs_have_one_name():
    assert spec_of("raw").hash == spec_of("raw", axes=(0, 1)).hash
    assert spec_of("tsne", perplexity=40.0).hash == spec_of("tsne", perplexity=40).hash
    assert spec_of("raw", axes=[0, 1]) == spec_of("raw", axes=(0, 1))  # from JSON


def test_methods_have_names_of_their_own():
    names = {spec_of(method).hash for method in METHODS}
    assert len(names) == len(METHODS)


@pytest.mark.parametrize(
    "other",
    [
        {"n_components": 3},
        {"space": "original"},
        {"n_neighbors": 10},
        {"min_dist": 0.2},
        {"metric": "cosine"},
        {"seed": 1},
        {"sample_size": 500},
    ],
)
def test_used_parameters_change_the_name(other):
    umap = {"method": "umap"}
    assert ProjectionSpec.of(umap | other).hash != ProjectionSpec.of(umap).hash


def same(first, second) -> bool:
    return (
        np.array_equal(first.embedding, second.embedding)
        and np.array_equal(first.indices, second.indices)
        and first.embedding.dtype == second.embedding.dtype
        and (first.spec, first.seconds, first.trustworthiness, first.knn_accuracy, first.finished)
        == (second.spec, second.seconds, second.trustworthiness, second.knn_accuracy, True)
    )


def test_what_is_saved_comes_back(blobs, tmp_path):
    x, labels = blobs
    picture = project(x, spec_of("pca", 3, sample_size=100), labels)
    path = save(picture, tmp_path, x)
    assert path == file_of(picture.spec, tmp_path)
    again = load(picture.spec, tmp_path, len(x), x)
    assert same(picture, again)
    np.testing.assert_array_equal(again.explained_variance, picture.explained_variance)
    assert load(replace(picture.spec, seed=5), tmp_path, len(x)) is None


def test_a_cached_picture_is_not_computed_again(blobs, tmp_path, monkeypatch):
    x, labels = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path, labels)
    monkeypatch.setattr(cache, "project", lambda *_: pytest.fail("computed again"))
    assert same(picture, cached(x, spec, tmp_path, labels))
    assert same(replace(picture, knn_accuracy=None), cached(x, spec, tmp_path))


def test_labels_that_come_later_add_the_accuracy_only(blobs, tmp_path, monkeypatch):
    x, labels = blobs
    spec = spec_of("pca")
    expected = project(x, spec, labels).knn_accuracy
    cached(x, spec, tmp_path)
    monkeypatch.setattr(cache, "project", lambda *_: pytest.fail("computed again"))
    assert cached(x, spec, tmp_path, labels).knn_accuracy == expected
    assert load(spec, tmp_path, len(x)).knn_accuracy == expected


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "other spec"])
def test_a_damaged_file_is_computed_again(blobs, tmp_path, damage):
    x, _ = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path)
    path = file_of(spec, tmp_path)
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "text":
        path.write_text("not an archive")
    else:
        path.write_bytes(save(project(x, spec_of("raw")), tmp_path, x).read_bytes())
    assert load(spec, tmp_path, len(x)) is None
    np.testing.assert_array_equal(cached(x, spec, tmp_path).embedding, picture.embedding)
    assert load(spec, tmp_path, len(x)) is not None


def about(**changes):
    def changed(array):
        return np.array(json.dumps(json.loads(str(array)) | changes))

    return changed


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("indices", lambda a: a[:-1], id="too few"),
        pytest.param("indices", lambda a: a + 1, id="beyond the codes"),
        pytest.param("indices", lambda a: a[::-1], id="another order"),
        pytest.param("indices", lambda a: a.astype(str), id="no numbers"),
        pytest.param("embedding", lambda a: a[:, :1], id="one dimension"),
        pytest.param("embedding", lambda a: a * np.nan, id="not finite"),
        pytest.param("embedding", lambda a: np.full(a.shape, "x"), id="text"),
        pytest.param("shape", lambda a: a + 1, id="other data"),
        pytest.param("shape", lambda a: a[0], id="no shape"),
        pytest.param("probe", lambda a: a.astype(str), id="no probe"),
        pytest.param("explained_variance", lambda a: a[:1], id="one variance"),
        pytest.param("explained_variance", lambda a: a.astype(str), id="no variance"),
        pytest.param("about", lambda a: np.array("{}"), id="no facts"),
        pytest.param("about", lambda a: np.array("[" * 99_999), id="deep facts"),
        pytest.param("about", about(seconds=10**400), id="large fact"),
        pytest.param("about", about(trustworthiness=math.nan), id="fact that is no number"),
        pytest.param("about", about(knn_accuracy="good"), id="fact in words"),
    ],
)
def test_a_file_with_wrong_content_is_computed_again(blobs, tmp_path, name, change):
    x, _ = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path)
    arrays = dict(np.load(file_of(spec, tmp_path)))
    np.savez(file_of(spec, tmp_path), **arrays | {name: change(arrays[name])})
    assert name == "probe" or load(spec, tmp_path, len(x)) is None
    np.testing.assert_array_equal(cached(x, spec, tmp_path).embedding, picture.embedding)


def test_a_picture_of_more_or_fewer_points_is_none(blobs, tmp_path):
    x, _ = blobs
    cached(x, spec_of("pca"), tmp_path)
    assert load(spec_of("pca"), tmp_path, len(x) - 1) is None
    assert load(spec_of("pca"), tmp_path, len(x) + 1) is None


def test_a_picture_of_other_data_is_computed_again(blobs, tmp_path):
    x, _ = blobs
    spec = spec_of("pca")
    cached(x, spec, tmp_path)
    assert load(spec, tmp_path, len(x), x * (1 + 1e-6)) is not None
    assert load(spec, tmp_path, len(x), x[::-1]) is None
    assert load(spec, tmp_path, len(x) - 1, x[:-1]) is None
    turned = cached(x[::-1], spec, tmp_path)
    np.testing.assert_array_equal(turned.embedding, project(x[::-1], spec).embedding)


def test_a_stopped_picture_is_not_kept(blobs, tmp_path):
    x, _ = blobs
    stopped = cached(x, small("tsne"), tmp_path, report=lambda p: p.fraction < 0.5)
    assert not stopped.finished
    assert list(tmp_path.iterdir()) == []


# Imports


def run_python(code: str) -> str:
    root = Path(projection.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    return done.stdout.strip()


def test_importing_the_module_loads_no_heavy_library():
    heavy = "{'umap', 'pacmap', 'numba', 'openTSNE', 'sklearn', 'scipy', 'tensorflow', 'streamlit'}"
    code = f"import sys, explorer.projection; print({heavy} & sys.modules.keys())"
    assert run_python(code) == "set()"


@pytest.mark.slow
def test_umap_leaves_tensorflow_out_and_importable():
    code = """
import sys
import explorer.projection
explorer.projection.warm_up()
assert "umap" in sys.modules
assert not {"tensorflow", "keras", "torch", "umap.parametric_umap"} & sys.modules.keys()
import tensorflow
print(tensorflow.__version__)
"""
    assert run_python(code)[0].isdigit()
