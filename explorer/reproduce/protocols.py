"""How a published figure is measured here: one object a figure, which computes and tells how."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.checkpoints import Checkpoint, names
from explorer.clustering.majority_vote import source_spec
from explorer.clustering.spec import ClusteringSpec, default_spec
from explorer.clustering.sweep import SweepSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent
from explorer.runs import points
from explorer.runs.classifiers import ClassifierRequest
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.sweeps import SweepRequest
from explorer.training.spec import TrainSpec


@dataclass(frozen=True)
class How:
    """How far a measurement may go.

    Attributes:
        seeds: Of the clusterings, and of trainings that are done once for each seed.
        trains: Whether what is missing is trained.
        report: Told of progress.
    """

    seeds: tuple[int, ...] = (0,)
    trains: bool = True
    report: Report = silent

    def parts(self) -> Iterator[tuple[int, Report]]:
        """Return each seed with its part of the report."""
        n = len(self.seeds)
        for number, seed in enumerate(self.seeds):
            yield seed, part(self.report, number / n, (number + 1) / n)


@dataclass(frozen=True)
class Model:
    """The checkpoint that a figure is measured with.

    Attributes:
        name: Its name; with "{seed}" in it there is one for each seed.
        train: How it is trained where it is absent; None: it ships.
    """

    name: str
    train: TrainSpec | None = None

    def get(self, seed: int, trains: bool, report: Report = silent) -> Checkpoint:
        """Return the checkpoint; train it if it is absent, or go on where that was interrupted.

        Raises:
            ExplorerError: If it is absent and may not or cannot be trained.
        """
        name = self.name.format(seed=seed)
        try:
            return checkpoints.get(name)
        except ExplorerError:
            if self.train is None:
                raise
        if not trains:
            raise ExplorerError(f"It needs {name}, which is not trained here: {self.command(seed)}")
        from explorer.training import fit

        spec = self._spec(seed)
        result = fit.train(spec, name, report=report, resume=names.is_taken(name))
        if result.checkpoint is None:
            raise ExplorerError(
                f"The training of {name} was stopped: the same command goes on with it."
            )
        return result.checkpoint

    def command(self, seed: int) -> str:
        """Return the command that trains it."""
        return f"{self._spec(seed).command} --name {self.name.format(seed=seed)}"

    def _spec(self, seed: int) -> TrainSpec:
        assert self.train is not None
        return replace(self.train, seed=seed) if "{seed}" in self.name else self.train


class Protocol(ABC):
    """How a figure is measured."""

    model: Model

    @abstractmethod
    def values(self, how: How) -> list[float]:
        """Return a value for each seed, or one alone.

        Raises:
            ExplorerError: If it cannot be measured.
        """

    def measured(self, how: How) -> tuple[float, float | None]:
        """Return what is told, the mean over the seeds, and the standard deviation over them.

        The deviation of a single value is None.

        Raises:
            ExplorerError: As `values`.
        """
        found = self.values(how)
        return float(np.mean(found)), float(np.std(found, ddof=1)) if len(found) > 1 else None

    @abstractmethod
    def command(self) -> str:
        """Return the command that prints it (for the first seed)."""

    def trained(self) -> str:
        """Return the command that trains what it needs; "" for what ships."""
        return "" if self.model.train is None else self.model.command(0)


@dataclass(frozen=True)
class Extent(Protocol):
    """A number of the codes: "lowest 0", "highest 1" (of an axis), or "reach" (of all)."""

    model: Model
    what: str = "reach"

    def values(self, how: How) -> list[float]:
        """Return it."""
        z = self.model.get(0, how.trains, how.report).codes().latent.z_mean
        if self.what == "reach":
            return [float(np.abs(z).max())]
        end, axis = self.what.split()
        column = z[:, int(axis)]
        return [float(column.min() if end == "lowest" else column.max())]

    def command(self) -> str:
        """Return the command that tells where the codes lie."""
        return f"python -m explorer describe {self.model.name.format(seed=0)}"


@dataclass(frozen=True)
class Clusters(Protocol):
    """A score of a clustering: one of `metrics.SCORES`, or "inertia"."""

    model: Model
    spec: ClusteringSpec
    score: str

    def values(self, how: How) -> list[float]:
        """Return the score for each seed."""
        found = []
        for seed, told in how.parts():
            checkpoint = self.model.get(seed, how.trains, part(told, 0, 0.7))
            found.append(self.of(checkpoint, seed, part(told, 0.7, 1)))
        return found

    def of(self, checkpoint: Checkpoint, seed: int, report: Report = silent) -> float:
        """Return the score for a seed.

        Raises:
            ExplorerError: If it cannot be computed from what is on this machine.
        """
        spec = _as_asked(checkpoint, self.spec.change(seed=seed))
        run = ClusteringRequest(checkpoint.name, spec).get(report)
        value = run.clustering.inertia if self.score == "inertia" else run.scores[self.score]
        if value is None:
            raise ExplorerError(run.scores.reasons.get(self.score, f"{self.score} is undefined."))
        return float(value)

    def command(self) -> str:
        """Return the command that clusters."""
        method = self.spec.method.name
        return _command(
            "cluster", self.model, self.spec, default_spec(method), f"--method {method}"
        )


@dataclass(frozen=True)
class Starts(Clusters):
    """A score of one of many single starts: their spread is that of the seeds.

    Attributes:
        n: How many starts, with the seeds 0, 1, ….
        kept: Which one is told: that of a seed, or -1 for the lowest inertia.
    """

    n: int = 36
    kept: int = -1

    def values(self, how: How) -> list[float]:
        """Return the values of all starts."""
        checkpoint = self.model.get(0, how.trains)
        many = replace(how, seeds=tuple(range(self.n)))
        return [self.of(checkpoint, seed, told) for seed, told in many.parts()]

    def measured(self, how: How) -> tuple[float, float | None]:
        """Return the value of the start that is told, and the standard deviation over all."""
        found, kept = self.values(how), self.kept
        if kept < 0:
            kept = int(np.argmin(replace(self, score="inertia").values(how)))
        return found[kept], float(np.std(found, ddof=1))

    def command(self) -> str:
        """Return the command for the start that is told, or for the seeds in turn."""
        return (
            f"{super().command()} --seed {'0…' + str(self.n - 1) if self.kept < 0 else self.kept}"
        )


@dataclass(frozen=True)
class Classifier(Protocol):
    """What a classifier made of clusters gets wrong, or right.

    Attributes:
        model: Whose codes, or images.
        spec: The clustering.
        value: "test_error", "train_error", or "accuracy" on the test images.
    """

    model: Model
    spec: ClusteringSpec
    value: str = "test_error"

    def values(self, how: How) -> list[float]:
        """Return it for each seed."""
        found = []
        for seed, told in how.parts():
            checkpoint = self.model.get(seed, how.trains, part(told, 0, 0.7))
            spec = _as_asked(checkpoint, self.spec.change(seed=seed))
            run = ClassifierRequest(checkpoint.name, spec).get(part(told, 0.7, 1))
            found.append(
                1 - run.test_error if self.value == "accuracy" else float(getattr(run, self.value))
            )
        return found

    def command(self) -> str:
        """Return the command that classifies."""
        method = self.spec.method.name
        usual = source_spec(method)
        about = "" if usual.method == source_spec().method else f"--method {method}"
        return _command("classify", self.model, self.spec, usual, about)


@dataclass(frozen=True)
class Elbow(Protocol):
    """Where the inertia bends, by the rule of `clustering.sweep.elbow`."""

    model: Model
    spec: ClusteringSpec
    most: int

    def values(self, how: How) -> list[float]:
        """Return the number of clusters."""
        checkpoint = self.model.get(0, how.trains)
        asked = _as_asked(checkpoint, self.spec)
        spec = SweepSpec(asked, tuple(range(1, self.most + 1)), ("inertia",))
        request = SweepRequest(checkpoint.name, spec)
        if request.find() is None and not how.trains:
            raise ExplorerError(f"It takes minutes and is not done yet: {self.command()}")
        found = request.get(how.report).suggestion("inertia")
        if found is None:
            raise ExplorerError("The curve does not bend.")
        return [float(found)]

    def command(self) -> str:
        """Return the command that sweeps."""
        method = self.spec.method.name
        about = f"--method {method} --k-from 1 --k-to {self.most} --measures inertia"
        return _command("sweep", self.model, self.spec, default_spec(method), about)


def _as_asked(checkpoint: Checkpoint, spec: ClusteringSpec) -> ClusteringSpec:
    """Return a spec that this machine has the points for; another one is no substitute."""
    if note := points.fitting(checkpoint, spec).note:
        raise ExplorerError(note)
    return spec


def _command(
    verb: str, model: Model, spec: ClusteringSpec, usual: ClusteringSpec, about: str
) -> str:
    """Return a command with the options of a spec that are not the usual ones."""
    ours, others = spec.to_dict(), usual.to_dict()
    options: dict[str, Any] = {
        name: value
        for name, value in ours.items()
        if name not in ("method", "seed") and value != others[name]
    }
    words = [f"--{name.replace('_', '-')} {value}" for name, value in options.items()]
    name = model.name.format(seed=0)
    return " ".join(filter(None, [f"python -m explorer {verb} {name}", about, *words]))
