"""What to cluster and how: what is refused, and what its hash reads."""

import pytest

from explorer.clustering import ClusteringSpec, default_spec
from explorer.core.errors import ExplorerError


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"method": "dbscan"}, "method"),
        ({"space": "pixels"}, "space"),
        ({"scaling": "minmax"}, "scaling"),
        ({"method": "gmm", "covariance_type": "round"}, "covariance_type"),
        ({"fit_on": "half"}, "fit_on"),
        ({"code": "both"}, "code"),
        ({"n_clusters": 0}, "n_clusters"),
        ({"n_clusters": 2.0}, "n_clusters"),
        ({"n_init": True}, "n_init"),
        ({"pca": -1}, "pca"),
        ({"noise": float("nan")}, "noise"),
        ({"noise": "much"}, "noise"),
        ({"tol": -1e-9}, "tol"),
        ({"method": "umap_gmm", "min_dist": 1.5}, "min_dist"),
        ({"seed": -1}, "seed"),
    ],
)
def test_spec_refuses_what_makes_no_sense(change, named):
    with pytest.raises(ExplorerError, match=rf"(?s){named} must be .* Received: "):
        ClusteringSpec.of(change)


def test_default_spec_refuses_unknown_parameters():
    with pytest.raises(ExplorerError, match="'k'"):
        default_spec("kmeans", k=3)


def test_hash_depends_on_what_the_method_reads_and_on_nothing_else():
    kmeans, hdbscan = default_spec("kmeans"), default_spec("hdbscan")
    assert kmeans.hash == kmeans.change(noise=0).hash
    assert kmeans.hash == ClusteringSpec.of(kmeans.to_dict()).hash
    assert hdbscan.hash == hdbscan.change(seed=1).hash
    assert hdbscan.hash != hdbscan.change(pca=3).hash != hdbscan.change(pca=3, seed=1).hash
    with pytest.raises(ExplorerError, match="no parameter 'n_neighbors'"):
        kmeans.change(n_neighbors=5)
    changes = [
        {"n_clusters": 9},
        {"n_init": 1},
        {"space": "original"},
        {"scaling": "standard"},
        {"pca": 2},
        {"noise": 0.1},
        {"fit_on": "train"},
        {"code": "sampled"},
        {"seed": 1},
        {"max_iter": 5},
        {"tol": 0.1},
        {"method": "umap_kmeans"},
    ]
    hashes = {kmeans.change(**change).hash for change in changes}
    assert len(hashes | {kmeans.hash}) == len(changes) + 1
