"""UMAP before k-means or a mixture."""

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from explorer.clustering import default_spec, fit
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from tests.clustering.digits import CLASSES, DIGITS


@pytest.mark.slow
def test_umap_methods_are_umap_then_the_method():
    from explorer.projection.umap import import_umap

    points = DIGITS[:300]
    embedding = (
        import_umap()
        .UMAP(n_neighbors=20, min_dist=0.0, n_components=10, random_state=0, n_jobs=1)
        .fit_transform(points)
    )
    mixture = GaussianMixture(10, random_state=0).fit(embedding.astype(np.float64))
    told: list[Progress] = []
    fitted = fit(points, default_spec("umap_gmm"), lambda p: told.append(p) or True)
    assert np.array_equal(fitted.clustering.labels, mixture.predict(embedding.astype("d")))
    assert fitted.clustering.centers.shape == (10, 64)
    fractions = [p.fraction for p in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert any("epoch" in p.message for p in told)
    number = len(told)
    applied = fitted.apply(DIGITS[300:400])
    accuracy = np.mean(
        [np.bincount(CLASSES[:300][fitted.clustering.labels == c]).argmax() for c in applied.labels]
        == CLASSES[300:400]
    )
    assert accuracy > 0.7
    assert len(told) == number
    with pytest.raises(ExplorerError, match="stopped"):
        fit(points, default_spec("umap_kmeans"), lambda p: "epoch 5 " not in p.message)
