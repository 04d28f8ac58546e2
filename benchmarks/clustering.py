"""k-means with the whole table of scores, against the bare scikit-learn fit and silhouette.

    python benchmarks/clustering.py [--points 60000] [--repeats 5]

Prints medians from one run, on 16-dimensional codes made of ten overlapping blobs, and the time
that a repeat of the same request takes from the files that the first one kept.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from explorer import clustering, metrics
from explorer.clustering import default_spec


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=60_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 10, options.points)
    codes = rng.normal(0, 2, (10, 16))[classes] + rng.normal(size=(options.points, 16))
    codes = codes.astype(np.float32)
    spec = default_spec("kmeans", n_clusters=10, fit_on="train")

    def bare() -> None:
        model = KMeans(10, n_init=spec.n_init, random_state=spec.seed).fit(codes)
        silhouette_score(codes, model.labels_, sample_size=10_000, random_state=0)

    def ours() -> None:
        found = clustering.fit(codes, spec).clustering
        metrics.score(found.labels, classes, codes)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def kept() -> None:
            found = clustering.cached(spec, folder, lambda: clustering.fit(codes, spec).clustering)
            metrics.cached(spec, folder, lambda: metrics.score(found.labels, classes, codes))

        kept()
        # Taking turns, so that whatever else the machine does slows all alike.
        rounds = [[timed(work) for work in (bare, ours, kept)] for _ in range(options.repeats)]
    alone, whole, again = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"k-means, k = 10, {spec.n_init} starts, on {options.points:,} × 16 codes; medians")
    print(f"scikit-learn fit and silhouette of 10,000   {alone:8.3f} s")
    print(f"fit and all scores here                     {whole:8.3f} s")
    print(f"ratio (at most 2)                           {whole / alone:8.2f}")
    print(f"the same request again (at most 0.1 s)      {again:8.4f} s")


if __name__ == "__main__":
    main()
