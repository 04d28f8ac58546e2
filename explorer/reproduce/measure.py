"""The published figures measured here: `python -m explorer reproduce`.

What a figure needs and is absent is trained, and goes on where it was interrupted; clusterings are
kept beside their checkpoint, so that a second time is quick.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import ClusteringSpec, default_spec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent
from explorer.datasets import info
from explorer.models.spec import ModelSpec
from explorer.reproduce import tables
from explorer.reproduce.published import FIGURES, SCORES_B, Figure
from explorer.runs.classifiers import SOURCE_SPEC, ClassifierRequest
from explorer.runs.clusterings import ClusteringRequest
from explorer.training.presets import PRESETS
from explorer.training.spec import TrainSpec

SOURCES = tuple(dict.fromkeys(figure.source for figure in FIGURES))

_CODES = {"mnist": "mnist-vae-mlp-z10", "fashion_mnist": "fashion-vae-mlp-z10"}  # source B
_A3 = "mnist-a3"
# The autoencoder of N2D and of DEC, with fewer epochs than theirs.
_DEEP = {"mnist": "mnist-n2d", "fashion_mnist": "fashion-n2d"}


@dataclass(frozen=True)
class Measured:
    """A published figure and ours.

    Attributes:
        figure: What was published.
        ours: The mean over the seeds; None: it could not be measured.
        spread: The standard deviation over the seeds of the clustering; None: there are no seeds,
            or one.
        seconds: How long it took, where it was not kept from before.
        command: What computes it.
        why: Why it falls short, or could not be measured; "" where neither is so.
    """

    figure: Figure
    ours: float | None
    spread: float | None
    seconds: float
    command: str
    why: str = ""

    @property
    def beaten(self) -> bool | None:
        """Whether ours is at least as good; None where that is not known."""
        return None if self.ours is None else self.figure.is_beaten(self.ours)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        about = {name: value for name, value in asdict(self.figure).items() if name != "why"}
        about |= {"ours": self.ours, "spread": self.spread, "beaten": self.beaten}
        why = "" if self.beaten else self.why or (self.figure.why if self.beaten is False else "")
        return about | {"seconds": round(self.seconds, 1), "command": self.command, "why": why}


# One value for each seed, or one alone, and the command that computes it.
Values = tuple[list[float], str]
Measure = Callable[[Figure, tuple[int, ...], Report], Values]


def measure(
    sources: tuple[str, ...], seeds: tuple[int, ...] = (0,), report: Report = silent
) -> Iterator[Measured]:
    """Measure the figures of sources, one after the other.

    Args:
        sources: Of `SOURCES`.
        seeds: Of the clusterings.
        report: Told how far each figure is.

    Raises:
        ExplorerError: If a source is unknown, or it is stopped. What cannot be measured, for
            instance because its images are absent, is told in its row.
    """
    for source in sources:
        if source not in SOURCES:
            raise ExplorerError(
                f"The sources are {', '.join(SOURCES)}, or all of them. Received: {source!r}."
            )
    for figure in FIGURES:
        if figure.source in sources:
            yield _measured(figure, seeds, report)


def _measured(figure: Figure, seeds: tuple[int, ...], report: Report) -> Measured:
    began = time.monotonic()
    try:
        values, command = _MEASURES[figure.source](figure, seeds, report)
    except ExplorerError as error:
        return Measured(figure, None, None, time.monotonic() - began, "", str(error))
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
    took = time.monotonic() - began
    return Measured(figure, float(np.mean(values)), spread, took, command)


def _range(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """A1: where the codes of the autoencoder with two dimensions lie."""
    name = "mnist-ae-cnn-z2"
    end, axis = figure.figure.split(" z")
    column = checkpoints.get(name).codes().latent.z_mean[:, int(axis)]
    value = column.min() if end == "lowest" else column.max()
    return [float(value)], f"python -m explorer describe {name}"


def _reach(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """A2: how far the codes of the VAE with two dimensions reach."""
    name = "mnist-vae-cnn-z2"
    z = checkpoints.get(name).codes().latent.z_mean
    return [float(np.abs(z).max())], f"python -m explorer describe {name}"


def _classifier(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """A3: the error of a classifier made of clusters."""
    checkpoint = (
        _trained(_A3, report) if figure.space == "latent" else checkpoints.get("mnist-ae-cnn-z16")
    )
    hundred = "100 clusters" in figure.figure
    scaling = "normalizer" if "normalised" in figure.figure else "none"
    spec = SOURCE_SPEC.change(space=figure.space, scaling=scaling)
    if hundred:
        spec = spec.change(n_clusters=100)
    errors = [
        ClassifierRequest(checkpoint.name, spec.change(seed=seed)).get(told).test_error
        for seed, told in _parts(seeds, report)
    ]
    command = f"python -m explorer classify {checkpoint.name} --space {figure.space}"
    command += f" --scaling {scaling}" + (" --n-clusters 100" if hundred else "")
    return [1 - error if hundred else error for error in errors], command


def _representations(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """B: indices of k-means on pixels, reconstructions and codes."""
    checkpoint = checkpoints.get(_CODES[figure.data])
    spec = tables.representations_spec(figure.space, len(info(figure.data).class_names))
    assert figure.figure in SCORES_B
    command = f"python -m explorer cluster {checkpoint.name} --method kmeans --n-clusters 10"
    command += f" --space {figure.space} --fit-on train --n-init 3 --max-iter 500"
    return _scores(checkpoint, spec, figure.figure, seeds, report), command


def _accuracy(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """C: the accuracy of clusters of pixels and codes."""
    checkpoint = checkpoints.get("fashion-ae-cnn-z10")
    if figure.space == "original":
        row = tables.row_c_pixels(checkpoint.name, report)
        return [float(row[figure.figure.split(",")[0]])], "python -m explorer tables C"
    method = "gmm" if "mixture" in figure.figure else "kmeans"
    command = f"python -m explorer cluster {checkpoint.name} --method {method}"
    return _scores(checkpoint, default_spec(method), "accuracy", seeds, report), command


def _purity(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """D: the purity of clusters of pixels and of codes with three dimensions."""
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    spec = default_spec("kmeans", space=figure.space)
    command = f"python -m explorer cluster {checkpoint.name} --method kmeans --space {figure.space}"
    return _scores(checkpoint, spec, "purity_macro", seeds, report), command


def _deep(figure: Figure, seeds: tuple[int, ...], report: Report) -> Values:
    """N2D and DEC: the accuracy of clusters of a deep autoencoder's codes."""
    checkpoint = _trained(_DEEP[figure.data], report)
    method = "umap_gmm" if figure.source == "N2D" else "kmeans"
    spec = default_spec(method, fit_on="train")
    command = f"python -m explorer cluster {checkpoint.name} --method {method} --fit-on train"
    return _scores(checkpoint, spec, "accuracy", seeds, report), command


_MEASURES: dict[str, Measure] = {
    "A1": _range,
    "A2": _reach,
    "A3": _classifier,
    "B": _representations,
    "C": _accuracy,
    "D": _purity,
    "N2D": _deep,
    "DEC": _deep,
}


def _scores(
    checkpoint: Checkpoint,
    spec: ClusteringSpec,
    score: str,
    seeds: tuple[int, ...],
    report: Report,
) -> list[float]:
    found = []
    for seed, told in _parts(seeds, report):
        run = ClusteringRequest(checkpoint.name, spec.change(seed=seed)).get(told)
        value = run.scores[score]
        if value is None:
            raise ExplorerError(run.scores.reasons.get(score, f"{score} is not defined here."))
        found.append(float(value))
    return found


def _parts(seeds: tuple[int, ...], report: Report) -> Iterator[tuple[int, Report]]:
    for number, seed in enumerate(seeds):
        yield seed, part(report, number / len(seeds), (number + 1) / len(seeds))


def trainings() -> dict[str, TrainSpec]:
    """Return the trainings of the checkpoints that are needed and do not ship, by name."""

    def deep(data: str) -> TrainSpec:
        shape = info(data).image_shape
        model = ModelSpec("ae", "mlp", shape, 10, (500, 500, 2000), loss="mse")
        return TrainSpec(data, model, epochs=30, batch_size=256)

    a3 = replace(PRESETS["A3"].spec, dtype="mixed_bfloat16")
    return {_A3: a3} | {name: deep(data) for data, name in _DEEP.items()}


def _trained(name: str, report: Report) -> Checkpoint:
    """Return a checkpoint; train it if it is absent, or go on where that was interrupted."""
    try:
        return checkpoints.get(name)
    except ExplorerError:
        pass
    from explorer.training import fit, run_store

    spec = trainings()[name]
    result = fit.train(spec, name, report=report, resume=run_store.is_taken(name))
    if result.checkpoint is None:
        raise ExplorerError(
            f"The training of {name} was stopped: the same command goes on with it."
        )
    return checkpoints.get(name)
