"""Trainings as background jobs: started, watched, stopped and resumed from the page.

A training is its folder (`explorer.training.run_store`); a job named `training/<name>` works on it,
in the slot "training", one after the other. A job that ends early leaves the folder, another job of
the same name goes on with it. Nothing here imports Keras but what runs in the worker.
"""

import contextlib
from dataclasses import asdict, dataclass
from typing import Any

from explorer import checkpoints, datasets, jobs
from explorer.checkpoints import Checkpoint, names
from explorer.core import access, owners
from explorer.core.access import HOST, Visitor
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, loading, silent
from explorer.jobs import Job
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest
from explorer.training import backend, cost, run_store, snapshots
from explorer.training.run_store import Damaged, Unfinished
from explorer.training.spec import TrainSpec

_PREFIX = "training/"


@dataclass(frozen=True)
class TrainingJob:
    """A training as the page sees it.

    Attributes:
        name: Name of the checkpoint that it makes.
        job: The newest job that worked on it; None if only the command line did.
        unfinished: What is there of it; None if it is finished, or failed and left nothing.
        damage: What is wrong with its folder, so that it cannot go on; "" if nothing is.
    """

    name: str
    job: Job | None
    unfinished: Unfinished | None
    damage: str = ""

    @property
    def state(self) -> str:
        """State: that of its job, or "stopped", "done", "elsewhere", or "damaged".

        "stopped" if it can be resumed, "elsewhere" if the command line trains it.
        """
        job = self.job
        if job is not None and job.active:
            return job.state
        if self.damage:
            return "damaged"
        if self.unfinished is None:
            return "done" if job is not None and job.state == "done" else "failed"
        if run_store.is_locked(self.name):
            return "elsewhere"
        return (
            job.state if job is not None and job.state in ("failed", "interrupted") else "stopped"
        )

    @property
    def owner(self) -> str:
        """The visitor who started it; "" if that is not known, as of those of the command line."""
        return self.job.owner if self.job is not None else ""

    @property
    def active(self) -> bool:
        """Whether it trains, or waits to do so."""
        return self.state in (*jobs.ACTIVE, "elsewhere")


def check(spec: TrainSpec, name: str) -> None:
    """Refuse a training that could not succeed.

    Raises:
        ExplorerError: If the name is taken or none, the data set is not on this machine, leaves no
            images to train on, the checkpoint to start from does not fit, or the disk is too full.
    """
    names.check_free(name)
    about = datasets.info(spec.dataset)
    datasets.check_here(spec.dataset)
    if spec.validation_size >= about.n_train:
        raise ExplorerError(
            f"{about.title} has {about.n_train:,} training images: hold out fewer for validation. "
            f"Received: {spec.validation_size:,}."
        )
    if spec.start:
        check_start(spec, checkpoints.get(spec.start))
    needed = cost.estimate(spec, [])
    cost.check_room(needed.checkpoint_bytes + needed.working_bytes, checkpoints.root())


def check_start(spec: TrainSpec, start: Checkpoint) -> None:
    """Refuse to start from a checkpoint of another model.

    Raises:
        ExplorerError: If their layers differ; losses and noise may.
    """
    layers = ("kind", "architecture", "image_shape", "z_dim", "widths", "activation")
    for key in (*layers, "code_activation"):
        have, want = getattr(start.model, key), getattr(spec.model, key)
        if have != want:
            raise ExplorerError(
                f"{start.name} has {key} {have}, so it cannot be the start of a model with {want}: "
                "choose the same, or start from random weights."
            )


def start(spec: TrainSpec, name: str, owner: str = "", *, with_projections: bool = True) -> Job:
    """Put a training in the queue; return its job at once.

    Args:
        spec: What to train, and how.
        name: Name of the checkpoint.
        owner: The session that asks.
        with_projections: Whether the map's projections are computed when it is finished.

    Raises:
        ExplorerError: As `check`, or if the app is read-only.
    """
    access.check_may_change("start a training")
    check(spec, name)
    run_store.create(name, spec)
    try:
        return _submit(name, owner, with_projections)
    except Exception:
        run_store.discard(name)  # else it would take the name
        raise


def resume(name: str, visitor: Visitor = HOST) -> Job:
    """Go on with an unfinished training, after the jobs that wait already; it keeps its owner.

    Raises:
        ExplorerError: If there is none, it is being trained, it is another visitor's, or the app is
            read-only.
    """
    access.check_may_change("resume a training")
    run_store.read(name)  # whole, or it says why not
    training = get(name)
    visitor.check_may_end(training.owner, f"resume the training {name!r}")
    if training.active:
        raise ExplorerError(f"{name!r} is being trained already.")
    return _submit(name, training.owner, True)


def keep(name: str, visitor: Visitor = HOST) -> Job:
    """Make a checkpoint of the whole epochs of a stopped training.

    Raises:
        ExplorerError: If there are none, it is being trained, it is another visitor's, or the app
            is read-only.
    """
    access.check_may_change("make a checkpoint")
    training = get(name)
    visitor.check_may_end(training.owner, f"make a checkpoint of the training {name!r}")
    if training.active:
        raise ExplorerError(f"{name!r} is being trained: stop it first.")
    if training.unfinished is None or not training.unfinished.epochs:
        raise ExplorerError(f"{name!r} has not trained a whole epoch yet: nothing can be kept.")
    spec = asdict(training.unfinished.spec)
    return jobs.submit(
        _PREFIX + name,
        finish_job,
        name,
        training.owner,
        slot="training",
        owner=training.owner,
        spec=spec,
    )


def stop(name: str, visitor: Visitor = HOST) -> None:
    """Ask a training to stop; it keeps its whole epochs.

    Raises:
        ExplorerError: If there is no such training, it is another visitor's, or the app is
            read-only.
    """
    access.check_may_change("stop a training")
    training = get(name)
    visitor.check_may_end(training.owner, f"stop the training {name!r}")
    if training.job is not None:
        jobs.stop(training.job.id)


def withdraw(name: str) -> None:
    """Stop a training that was started a moment ago, and leave nothing that takes its name.

    One that trains already stays as a stopped training.
    """
    with contextlib.suppress(ExplorerError):
        stop(name)
        discard(name)


def discard(name: str, visitor: Visitor = HOST) -> None:
    """Delete an unfinished training and its job; a checkpoint stays.

    Raises:
        ExplorerError: If it is active, it is another visitor's, or the app is read-only.
    """
    access.check_may_change("discard a training")
    training = get(name)
    visitor.check_may_end(training.owner, f"discard the training {name!r}")
    if training.active:
        raise ExplorerError(f"{name!r} is being trained: stop it before discarding it.")
    if training.job is not None:
        jobs.discard(training.job.id)
    if training.unfinished is not None or training.damage:
        run_store.discard(name)


def get(name: str) -> TrainingJob:
    """Read a training.

    Raises:
        ExplorerError: If there is none of that name.
    """
    found = next((training for training in list_trainings() if training.name == name), None)
    if found is None:
        raise ExplorerError(f"There is no training {name!r}; it may have been discarded.")
    return found


def list_trainings() -> list[TrainingJob]:
    """Read all trainings that a job works or worked on or that are unfinished, the newest first.

    Damaged ones are among them.
    """
    found: dict[str, Job] = {}
    for job in jobs.list_jobs():
        if job.slot == "training" and job.name.startswith(_PREFIX):
            found.setdefault(job.name.removeprefix(_PREFIX), job)
    left = {item.name: item for item in run_store.scan()}
    names = [*found, *(name for name in left if name not in found)]
    return [_training(name, found.get(name), left.get(name)) for name in names]


def _training(name: str, job: Job | None, left: Unfinished | Damaged | None) -> TrainingJob:
    if isinstance(left, Damaged):
        return TrainingJob(name, job, None, left.reason)
    return TrainingJob(name, job, left)


def _submit(name: str, owner: str, with_projections: bool) -> Job:
    return jobs.submit(
        _PREFIX + name,
        train_job,
        name,
        owner,
        with_projections=with_projections,
        slot="training",
        owner=owner,
        spec=asdict(run_store.read_spec(name)),
    )


# In the worker


def train_job(
    name: str, owner: str = "", with_projections: bool = True, report: Report = silent
) -> dict[str, Any]:
    """Train what the folder of `name` asks for, from its last whole epoch on.

    A job that is begun a second time, because its worker was lost, loses nothing so.

    Returns:
        `name`, `epochs`, and `finished`: whether there is a checkpoint now.
    """
    with loading():
        backend.select()
        from explorer.training import fit

    spec = run_store.read_spec(name)
    test = datasets.load(spec.dataset, "test")
    record = snapshots.recorder(run_store.folder(name) / run_store.SNAPSHOTS, test, spec.epochs)
    result = fit.train(spec, name, resume=True, report=report, on_epoch=record)
    finished = result.checkpoint is not None
    if result.checkpoint is not None:
        owners.give(result.checkpoint.path, owner)
    if finished and with_projections:
        project(name)
    return {"name": name, "epochs": result.epochs, "finished": finished}


def finish_job(name: str, owner: str = "", report: Report = silent) -> dict[str, Any]:
    """Make a checkpoint of an unfinished training; answer as `train_job`."""
    with loading():
        backend.select()
        from explorer.training.finish import finish

    checkpoint = finish(name)
    owners.give(checkpoint.path, owner)
    project(name)
    return {"name": name, "epochs": checkpoint.training["epochs"], "finished": True}


def project(name: str) -> list[Job]:
    """Let the map's projections of a checkpoint be computed in the background."""
    return [
        ProjectionRequest(name, spec).submit()
        for spec in projections.shipped(checkpoints.get(name).z_dim)
        if spec.n_components == 2
    ]
