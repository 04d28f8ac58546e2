"""What to project and how: what is refused, and what its name reads."""

import json

import pytest

from explorer.core.errors import ExplorerError
from explorer.projection import (
    METHODS,
    ProjectionSpec,
)
from tests.projection.specs import small, spec_of


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
