"""A grid of trainings that differ in β and z_dim alone: when does a VAE become an autoencoder?

A grid is a file, `checkpoints/.sweeps/<name>.json`, that names its trainings. They wait in the same
queue as all others; each is stopped, resumed and explored like any.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.core import access, storage
from explorer.core.errors import ExplorerError
from explorer.latent import neighbors
from explorer.latent.stats import VAE_ACTIVE_VARIANCE
from explorer.training import cost, queue, run_store, snapshots
from explorer.training.queue import TrainingJob
from explorer.training.snapshots import Snapshots
from explorer.training.spec import TrainSpec

MOST = 24


@dataclass(frozen=True)
class Grid:
    """Trainings that belong together.

    Attributes:
        name: Of the grid.
        trainings: Names of its trainings, z_dim by z_dim, β rising.
        created: When, as an ISO time.
    """

    name: str
    trainings: tuple[str, ...]
    created: str


@dataclass(frozen=True)
class Cell:
    """One training of a grid, as far as it is.

    Attributes:
        name: Of the training.
        spec: What it trains; None if it was discarded, or its checkpoint was deleted.
        state: As `TrainingJob.state`; "" if it is gone.
        epochs: Whole epochs trained.
        losses: `reconstruction_loss`, `kl_loss` and `total_loss` of the test images when finished,
            of the validation images before.
        active_dimensions: Number of latent dimensions whose mean varies over the test images by
            more than 0.01 (Burda et al. 2016, "active units"); None before it is finished.
        spread: Root mean square of the codes' standard deviations over the images; None likewise.
        knn_accuracy: Share of test images whose 10 nearest codes vote for their label; likewise.
    """

    name: str
    spec: TrainSpec | None
    state: str
    epochs: int
    losses: dict[str, float]
    active_dimensions: int | None
    spread: float | None
    knn_accuracy: float | None


def specs(base: TrainSpec, betas: list[float], z_dims: list[int]) -> list[TrainSpec]:
    """Return the trainings of a grid.

    Raises:
        ExplorerError: If there are none or too many, or one of them is impossible.
    """
    wanted = [(z_dim, beta) for z_dim in sorted(set(z_dims)) for beta in sorted(set(betas))]
    if not 1 <= len(wanted) <= MOST:
        raise ExplorerError(
            f"A grid has 1 to {MOST} trainings: give fewer values. Received: {len(wanted)}."
        )
    if base.start:
        raise ExplorerError("A grid starts from random weights: choose these under 'Start from'.")
    return [
        replace(base, model=replace(base.model, kind="vae", z_dim=z_dim, beta=beta))
        for z_dim, beta in wanted
    ]


def start(
    name: str, base: TrainSpec, betas: list[float], z_dims: list[int], owner: str = ""
) -> Grid:
    """Put all trainings of a grid in the queue.

    Raises:
        ExplorerError: As `specs` and `queue.start`; nothing is started then.
    """
    access.check_may_change("start a grid of trainings")
    if _file(name).exists():
        raise ExplorerError(f"There is a grid {name!r} already: choose another name.")
    wanted = {_cell_name(name, spec): spec for spec in specs(base, betas, z_dims)}
    needed = 0
    for training, spec in wanted.items():
        queue.check(spec, training)
        needed += cost.estimate(spec, []).checkpoint_bytes
    cost.check_room(needed, checkpoints.root())
    grid = Grid(name, tuple(wanted), datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        storage.write_json(_file(name), asdict(grid))
    except OSError as error:
        raise ExplorerError(
            f"The folder of checkpoints cannot be written ({error.strerror}): let the app write "
            "there, or make room."
        ) from error
    started: list[str] = []
    try:
        for training, spec in wanted.items():
            queue.start(spec, training, owner, with_projections=False)
            started.append(training)
    except Exception:
        _file(name).unlink()
        for training in started:
            queue.withdraw(training)
        raise
    return grid


def list_grids() -> list[Grid]:
    """Read all grids, the newest first. Damaged ones are left out."""
    found: list[Grid] = []
    if _folder().is_symlink():
        return found
    for path in _folder().glob("*.json"):
        try:
            content = storage.read_json(path)
            trainings = tuple(storage.check_name(name) for name in content["trainings"])
            found.append(
                Grid(storage.check_name(path.stem), trainings[:MOST], str(content["created"]))
            )
        except (ExplorerError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda grid: grid.created, reverse=True)


def cells(grid: Grid) -> list[Cell]:
    """Read how far the trainings of a grid are, in its order."""
    known = {training.name: training for training in queue.list_trainings()}
    return [_cell(name, known.get(name)) for name in grid.trainings]


def snapshots_folder(cell: Cell) -> Path:
    """Return the folder of the cell's snapshots (see `explorer.training.snapshots`)."""
    if cell.state == "done":
        return checkpoints.root() / cell.name / run_store.SNAPSHOTS
    return run_store.folder(cell.name) / run_store.SNAPSHOTS


def last_snapshot(cell: Cell) -> Snapshots | None:
    """Return the cell's newest snapshot, or None if there is none yet."""
    return snapshots.read_all(snapshots_folder(cell), at_most=1)


def _cell(name: str, training: TrainingJob | None) -> Cell:
    try:
        return _finished(checkpoints.get(name))
    except ExplorerError:
        pass
    if training is None or training.unfinished is None:
        return Cell(name, None, training.state if training else "", 0, {}, None, None, None)
    left = training.unfinished
    last = left.rows[-1] if left.rows else {}
    losses = {key.removeprefix("val_"): value for key, value in last.items() if "val_" in key}
    return Cell(name, left.spec, training.state, left.epochs, losses, None, None, None)


def _finished(checkpoint: Checkpoint) -> Cell:
    losses = {
        key.removeprefix("test_"): value
        for key, value in checkpoint.metrics.items()
        if key.startswith("test_")
    }
    codes = checkpoint.codes()
    z = codes.latent.z_mean
    deviations = z.std(axis=0)
    epochs = int(checkpoint.training["epochs"])
    return Cell(
        checkpoint.name,
        TrainSpec(checkpoint.dataset, checkpoint.model, epochs),
        "done",
        epochs,
        losses,
        int(np.sum(deviations**2 > VAE_ACTIVE_VARIANCE)),
        float(np.sqrt(np.mean(deviations**2))),
        _knn_accuracy(z, codes.labels),
    )


def _knn_accuracy(z: np.ndarray, labels: np.ndarray, k: int = 10, sample: int = 2000) -> float:
    """Return how many of the first images have the label that most of their nearest codes have."""
    z, labels = z[:sample], labels[:sample]
    nearest, _ = neighbors.nearest_of_each(z, min(k, len(z) - 1))
    return neighbors.knn_accuracy(nearest, labels, ties="smaller")


def _cell_name(grid: str, spec: TrainSpec) -> str:
    return f"{grid}-z{spec.model.z_dim}-b{spec.model.beta:g}"


def _folder() -> Path:
    return checkpoints.root() / ".sweeps"


def _file(name: str) -> Path:
    storage.check_folder(_folder())
    return _folder() / f"{storage.check_name(name)}.json"
