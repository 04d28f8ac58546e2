"""The tables of sources B, C and D, computed from checkpoints: `python -m explorer tables`."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints, clustering, datasets
from explorer.clustering.confusion import confusion
from explorer.clustering.spec import ClusteringSpec, default_spec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.core.storage import read_json, write_json
from explorer.reproduce.published import SOURCE_B, SOURCE_C, SOURCE_D
from explorer.runs import clusterings, points
from explorer.runs.clusterings import ClusteringRequest, ClusterRun
from explorer.runs.request import Request

SPACES = ("original", "reconstructed", "latent")  # of source B
NOISE = 0.2  # source B does not tell its own

# The checkpoints of each source that ship.
SHIPPED = {
    "B": ("mnist-vae-mlp-z10", "fashion-vae-mlp-z10"),
    "C": ("fashion-ae-cnn-z10",),
    "D": ("mnist-ae-dense-z3",),
}


@dataclass(frozen=True)
class Table:
    """A source's table as it comes out here.

    Attributes:
        source: "B", "C" or "D".
        checkpoint: Whose codes were clustered.
        rows: A dictionary per row, with the same keys: what was done, our numbers, the source's.
        notes: What must be known to read it, a sentence each.
    """

    source: str
    checkpoint: str
    rows: list[dict[str, Any]]
    notes: list[str]


def representations_spec(space: str, n_clusters: int = 10) -> ClusteringSpec:
    """Return source B's clustering in a space: k-means++, up to 500 iterations, on the training."""
    return default_spec(
        "kmeans", space=space, n_clusters=n_clusters, max_iter=500, n_init=3, fit_on="train"
    )


def representations(name: str, noise: float = NOISE, report: Report = silent) -> Table:
    """Return source B's table: three representations, clean and noisy.

    Raises:
        ExplorerError: If the test images are not on this machine.
    """
    checkpoint = checkpoints.get(name)
    info = datasets.info(checkpoint.dataset)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for number, space in enumerate(reversed(SPACES)):
        asked = representations_spec(space, info.usual_clusters)
        found = points.fitting(checkpoint, asked)
        notes = [found.note] if found.note else []
        amounts = [0.0, noise] if noise else [0.0]
        specs = [found.spec.change(noise=amount) for amount in amounts]
        told = part(report, number / 3, (number + 1) / 3)
        theirs = SOURCE_B.get(checkpoint.dataset, {}).get(space)
        rows += [_row_b(run, theirs) for run in clusterings.runs(name, specs, told)]
        _go_on(report, (number + 1) / 3, f"{space} done")
    rows.sort(key=lambda row: (row["noise"], SPACES.index(row["space"])))
    notes.append(
        f"k-means, k = {info.usual_clusters}, at most 500 iterations, best of 3 starts, seed 0; "
        "found on clean images, scored on the test images in the space named; the silhouette on "
        "10,000 points at most, seed 0. The source's figures stand beside both amounts of noise: "
        "it speaks of noisy test images and does not tell how noisy."
    )
    return Table("B", name, rows, notes)


@dataclass(frozen=True)
class RepresentationsRequest(Request[Table]):
    """Source B's table; what it is made of is kept, it is put together anew."""

    spec: float = NOISE

    @property
    def key(self) -> str:
        """Names the table by the amount of noise, and the split that is here to fit on."""
        split = "train" if points.has_training_images(checkpoints.get(self.checkpoint)) else "test"
        return f"representations-{split}-{self.spec:g}"

    def asked(self) -> dict[str, Any]:
        """Return the amount of noise."""
        return {"noise": self.spec}

    def find(self) -> Table | None:
        """Return the table if all its clusterings are in the checkpoint's folder, else None."""
        checkpoint = checkpoints.get(self.checkpoint)
        n = datasets.info(checkpoint.dataset).usual_clusters
        for space in SPACES:
            spec = points.fitting(checkpoint, representations_spec(space, n)).spec
            for noise in (0.0, self.spec):
                if ClusteringRequest(self.checkpoint, spec.change(noise=noise)).find() is None:
                    return None
        return representations(self.checkpoint, self.spec)

    def compute(self, report: Report = silent) -> Table:
        """Compute and keep all its clusterings.

        Raises:
            ExplorerError: As `representations`.
        """
        return representations(self.checkpoint, self.spec, report)

    def keep(self, result: Table) -> None:
        """Do nothing: its clusterings are kept."""

    def summary(self, result: Table) -> dict[str, Any]:
        """Return the table as JSON values."""
        return asdict(result)


def accuracies(name: str, report: Report = silent) -> Table:
    """Return source C's table: best-match accuracy of pixels and codes, and the pixels' inertia.

    Raises:
        ExplorerError: If the images are not on this machine.
    """
    checkpoint = checkpoints.get(name)
    notes = [
        "Accuracy: best one-to-one match of 10 clusters to the classes. The rows of codes are of "
        f"the {datasets.info(checkpoint.dataset).n_test:,} test images (the source took 5,000), "
        "the clusters found on them."
    ]
    rows = []
    try:
        rows.append(row_c_pixels(checkpoint.name, part(report, 0.0, 0.7)))
    except ExplorerError as error:
        notes.append(f"The row of pixels is missing: {error}")
    for number, method in enumerate(("kmeans", "gmm", "umap_gmm")):
        low = 0.7 + 0.1 * number
        request = ClusteringRequest(name, default_spec(method))
        run = request.get(part(report, low, low + 0.1))
        rows.append(
            {
                "points": "latent",
                "method": method,
                "images": run.scores.n_points,
                "accuracy": run.scores["accuracy"],
                "inertia": run.clustering.inertia,
                "source accuracy": SOURCE_C.get(method),
                "source inertia": None,
            }
        )
        _go_on(report, low + 0.1, f"{method} done")
    notes.append("UMAP, then a mixture, is the recipe of N2D: it is not in the source.")
    return Table("C", name, rows, notes)


def purities(name: str, report: Report = silent) -> Table:
    """Return source D's table: purity, mean over clusters, of codes and of raw pixels.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    n_test = datasets.info(checkpoints.get(name).dataset).n_test
    rows, notes = [], []
    for number, space in enumerate(("original", "latent")):
        told = part(report, number / 2, (number + 1) / 2)
        try:
            run = ClusteringRequest(name, default_spec("kmeans", space=space)).get(told)
        except ExplorerError as error:
            notes.append(f"The row of {space} is missing: {error}")
            continue
        rows.append(
            {
                "points": space,
                "images": run.scores.n_points,
                "purity_macro": run.scores["purity_macro"],
                "accuracy": run.scores["accuracy"],
                "source purity_macro": SOURCE_D if space == "original" else None,
            }
        )
        _go_on(report, (number + 1) / 2, f"{space} done")
    notes.append(
        f"k-means, k = 10, on the {n_test:,} test images; purity is the mean over the clusters of "
        "the share of their most frequent class. The source's codes exceed its 0.62."
    )
    return Table("D", name, rows, notes)


TABLES: dict[str, Callable[..., Table]] = {
    "B": representations,
    "C": accuracies,
    "D": purities,
}


def _row_b(run: ClusterRun, source: tuple[float, float, float] | None) -> dict[str, Any]:
    spec, scores = run.spec, run.scores
    theirs = source or (None, None, None)
    return {
        "space": spec.space,
        "noise": spec.noise,
        "found on": spec.fit_on,
        "davies_bouldin": scores["davies_bouldin"],
        "silhouette": scores["silhouette"],
        "calinski_harabasz": scores["calinski_harabasz"],
        "accuracy": scores["accuracy"],
        "source davies_bouldin": theirs[0],
        "source silhouette": theirs[1],
        "source calinski_harabasz": theirs[2],
    }


def row_c_pixels(name: str, report: Report) -> dict[str, Any]:
    """Cluster all images' pixels, training and test together, as the source does."""
    checkpoint = checkpoints.get(name)
    spec = default_spec("kmeans", space="original", n_init=3)
    file = checkpoint.clusterings / f"all-pixels-{spec.name}.json"
    kept = _read(file)
    if kept is None:
        report(Progress(0.0, "Reading the images"))
        splits = [datasets.load(checkpoint.dataset, s, download=False) for s in ("train", "test")]
        x = np.concatenate([split.images for split in splits])
        labels = np.concatenate([split.labels for split in splits])
        found = clustering.fit(x, spec, report).clustering
        kept = {
            "points": "original",
            "method": "kmeans",
            "images": len(labels),
            "accuracy": confusion(labels, found.labels).accuracy,
            "inertia": found.inertia,
            "source accuracy": SOURCE_C["pixels"],
            "source inertia": SOURCE_C["pixels inertia"],
        }
        if found.finished:
            write_json(file, kept)
    return kept


def _read(file: Path) -> dict[str, Any] | None:
    try:
        content = read_json(file)
    except ExplorerError:
        return None
    numbers = ("images", "accuracy", "inertia")
    whole = isinstance(content, dict) and all(type(content.get(n)) in (int, float) for n in numbers)
    return content if whole else None


def _go_on(report: Report, fraction: float, message: str) -> None:
    if not report(Progress(fraction, message)) and fraction < 1:
        raise ExplorerError("The table was stopped before it was complete.")
