"""k-means with the whole table of scores, against the bare scikit-learn fit and silhouette.

    python benchmarks/clustering.py [--points 60000] [--repeats 5]

Prints medians from one run, on 16-dimensional codes made of ten overlapping blobs, and the time
that a repeat of the same request takes: the page's own, of a checkpoint with these codes, from the
files that the first one kept.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn import cluster
from sklearn.metrics import silhouette_score

from explorer import checkpoints, clustering
from explorer.clustering import ClusteringSpec, metrics
from explorer.clustering.kmeans import KMeans
from explorer.core import storage
from explorer.runs.clusterings import ClusteringRequest

NAME = "mnist-ae-cnn-z16"


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
    method = KMeans(n_clusters=10)
    spec = ClusteringSpec(method)

    def bare() -> None:
        model = cluster.KMeans(10, n_init=method.n_init, random_state=spec.seed).fit(codes)
        silhouette_score(codes, model.labels_, sample_size=10_000, random_state=0)

    def ours() -> None:
        found = clustering.fit(codes, spec).clustering
        metrics.score(found.labels, classes, codes)

    def kept() -> None:
        ClusteringRequest(NAME, spec).get()

    with tempfile.TemporaryDirectory() as folder:
        _make_checkpoint(Path(folder), codes, classes)
        os.environ["EXPLORER_CHECKPOINTS"] = folder
        kept()
        # Taking turns, so that whatever else the machine does slows all alike.
        rounds = [[timed(work) for work in (bare, ours, kept)] for _ in range(options.repeats)]
    alone, whole, again = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"k-means, k = 10, {method.n_init} starts, on {options.points:,} × 16 codes; medians")
    print(f"scikit-learn fit and silhouette of 10,000   {alone:8.3f} s")
    print(f"fit and all scores here                     {whole:8.3f} s")
    print(f"ratio (at most 2)                           {whole / alone:8.2f}")
    print(f"the same request again (at most 0.1 s)      {again:8.4f} s")


def _make_checkpoint(folder: Path, codes: np.ndarray, labels: np.ndarray) -> None:
    """Copy a checkpoint that ships, with other codes and nothing that was clustered before."""
    target = folder / NAME
    shutil.copytree(checkpoints.root() / NAME, target, ignore=shutil.ignore_patterns("clusterings"))
    errors = np.zeros(len(codes), np.float32)
    storage.write_npz(
        target / "codes.npz", z_mean=codes, labels=labels, reconstruction_error=errors
    )


if __name__ == "__main__":
    main()
