"""Training: what is written, and what is left after a kill, a stop or a NaN."""

import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints import names
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from explorer.models.spec import ModelSpec
from explorer.training import device, fit, run_store
from explorer.training.finish import finish
from explorer.training.model import build
from explorer.training.presets import RECIPES
from explorer.training.spec import TrainSpec
from tests.training.waiting import wait_for


def _spec(kind: str = "vae", **options: object) -> TrainSpec:
    model = ModelSpec(kind, "mlp", (8, 8, 1), 2, (32,))  # type: ignore[arg-type]
    return TrainSpec("digits", model, **{"epochs": 2, "batch_size": 64, **options})  # type: ignore[arg-type]


def test_a_training_writes_a_checkpoint(checkpoint_folder: Path) -> None:
    reports: list[Progress] = []

    def report(progress: Progress) -> bool:
        reports.append(progress)
        return True

    result = fit.train(_spec(), "mine", report=report)
    assert result.checkpoint is not None
    checkpoint = checkpoints.get("mine")
    history = checkpoint.history()
    assert history["epoch"].tolist() == [1, 2]
    for column in ("total_loss", "reconstruction_loss", "kl_loss"):
        assert {column, f"val_{column}"} <= set(history.columns)
        assert np.isfinite(history[column]).all()
    np.testing.assert_allclose(
        history["total_loss"], history["reconstruction_loss"] + history["kl_loss"], rtol=1e-4
    )
    assert checkpoint.metrics["test_total_loss"] == pytest.approx(
        history["val_total_loss"].iloc[-1], rel=0.05
    )
    assert len(checkpoint.codes().labels) == 599
    assert "images/s" in reports[-1].message
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert not run_store.folder("mine").exists()


def test_a_start_that_holds_python_code_is_a_sentence_and_leaves_nothing(mine: Path) -> None:
    code = keras.Input((8, 8, 1))
    layer = keras.layers.Lambda(lambda x: 2 * x, output_shape=(8, 8, 1))
    keras.Model(code, layer(code)).save(mine / "encoder.keras")
    spec = replace(_spec(start="mine"), model=checkpoints.get("mine").model)
    with pytest.raises(ExplorerError, match=r"mine: encoder\.keras cannot be loaded .*Lambda"):
        fit.train(spec, "further")
    assert not names.is_taken("further")


def test_a_recipe_is_told_by_its_own_command() -> None:
    from explorer.cli.main import _parser
    from explorer.cli.train import train_spec

    for spec in RECIPES.values():
        words = spec.command.removeprefix("python -m explorer ").split()
        assert train_spec(vars(_parser().parse_args(words))) == spec


def _one_of_three(progress: Progress) -> bool:
    return progress.fraction < 0.4


def test_the_same_seed_trains_the_same_model(checkpoint_folder: Path) -> None:
    losses = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        fit.train(_spec(seed=seed, epochs=3), name, report=_one_of_three)
        losses.append(run_store.read(name).rows[0]["val_total_loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0] != pytest.approx(losses[2], rel=1e-4)


def _command(*words: str) -> list[str]:
    options = "--dataset digits --kind ae --architecture mlp --widths 32 --z-dim 2 --batch-size 8"
    return [sys.executable, "-m", "explorer", "train", *options.split(), *words]


# Who runs the tests in the background has interrupts ignored, and children inherit that.
_INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, sys.argv[1:])"
)


def test_a_killed_training_goes_on_without_a_gap_and_an_interrupt_keeps_it(
    checkpoint_folder: Path,
) -> None:
    command = _command("--epochs", "4000", "--name", "mine", "--keep")
    state = run_store.folder("mine") / "state.npz"
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(lambda: process.poll() is not None or state.exists())
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert checkpoints.list_checkpoints() == []
    reached = run_store.read("mine").epochs

    process = subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTIBLE, *command, "--resume"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: process.poll() is not None or run_store.read("mine").epochs > reached + 2)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    history = checkpoints.get("mine").history()
    assert reached + 2 < len(history) < 4000
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert (history["seconds"].diff().dropna() > 0).all()
    # It went on, and did not begin anew: losses keep falling across the resumption.
    assert history["total_loss"].iloc[-1] < history["total_loss"].iloc[0]


def test_a_stopped_training_can_be_resumed_or_finished(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = _spec(epochs=4)
    result = fit.train(spec, "mine", report=lambda p: p.fraction < 0.6)
    assert result.checkpoint is None
    assert result.epochs == 2
    assert checkpoints.list_checkpoints() == []
    film = run_store.folder("mine") / run_store.SNAPSHOTS
    film.mkdir()
    (film / "2.npz").write_text("a picture")
    (film / "link").symlink_to("/etc/passwd")

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # when the checkpoint is there, and the training too
        patch.setattr(storage, "remove_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            finish("mine")
    finished = finish("mine")
    assert finished.training["epochs"] == 2
    assert [path.name for path in finished.snapshots.iterdir()] == ["2.npz"]
    assert run_store.scan() == []


def test_a_resumed_training_continues_the_optimiser(checkpoint_folder: Path) -> None:
    spec = _spec(epochs=4)
    fit.train(spec, "mine", report=lambda p: p.fraction < 0.6)
    with pytest.raises(ExplorerError, match="is taken"):
        fit.train(spec, "mine")
    with pytest.raises(ExplorerError, match="begun with other options"):
        fit.train(_spec(epochs=4, seed=9), "mine", resume=True)
    result = fit.train(spec, resume=True)  # found by its options
    assert result.name == "mine"
    assert checkpoints.get("mine").history()["epoch"].tolist() == [1, 2, 3, 4]
    with pytest.raises(ExplorerError, match="no unfinished training"):
        fit.train(spec, resume=True)


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_a_loss_that_is_not_finite_stops_and_leaves_nothing(checkpoint_folder: Path) -> None:
    with pytest.raises(ExplorerError, match="no longer a finite number"):
        fit.train(_spec(learning_rate=1e18, epochs=30), "mine")
    assert [path for path in checkpoint_folder.rglob("*") if path.is_file()] == []


def test_early_stopping_keeps_the_best_epoch(checkpoint_folder: Path) -> None:
    spec = _spec("ae", validation_size=300, patience=1, epochs=200, learning_rate=0.05)
    fit.train(spec, "mine")
    checkpoint = checkpoints.get("mine")
    history = checkpoint.history()
    best = int(history["val_total_loss"].idxmin()) + 1
    assert len(history) < 200
    assert checkpoint.training["best_epoch"] == best == len(history) - 1
    assert checkpoint.training["validation"] == "300 training images"


def test_early_stopping_needs_held_out_images() -> None:
    with pytest.raises(ExplorerError, match="held out"):
        _spec(patience=2)


def test_a_training_in_bfloat16_ends_in_float32(checkpoint_folder: Path) -> None:
    fit.train(_spec(dtype="mixed_bfloat16", epochs=1), "mine")
    checkpoint = checkpoints.get("mine")
    encoder = keras.models.load_model(checkpoint.path / "encoder.keras")
    assert {layer.dtype_policy.name for layer in encoder.layers} == {"float32"}
    assert checkpoint.training["dtype"] == "mixed_bfloat16"


def test_without_a_name_the_next_free_one_is_taken(checkpoint_folder: Path) -> None:
    names = [fit.train(_spec("ae", epochs=1)).name for _ in range(2)]
    assert names == ["digits-ae-mlp-z2", "digits-ae-mlp-z2-2"]


@pytest.mark.parametrize("name", ["../evil", "a/b", ""])
def test_a_name_cannot_leave_the_folder(checkpoint_folder: Path, name: str) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        fit.train(_spec(), name)
    assert list(checkpoint_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"epochs": 0}, "epochs must be a whole number of 1 or more"),
        ({"batch_size": 0}, "batch_size must be a whole number of 1 or more"),
        ({"learning_rate": float("inf")}, "learning_rate must be a number"),
        ({"learning_rate": 0}, "learning_rate must be above 0"),
        ({"dtype": "float8"}, "dtype must be one of"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_a_bad_training_is_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ExplorerError, match=sentence):
        _spec(**options)


def test_decs_training_is_plain_gradient_descent_with_momentum(checkpoint_folder: Path) -> None:
    model = ModelSpec("ae", "mlp", (8, 8, 1), 2, (32,), loss="mse", output="linear")
    options = {"optimizer": "sgd", "momentum": 0.9, "initializer": "variance_scaling"}
    spec = TrainSpec("digits", model, 3, 64, 1 / 64, **options)  # type: ignore[arg-type]
    assert TrainSpec.from_json(asdict(spec)) == spec
    built = build(spec, seed=0)
    kernel = built.encoder.layers[-1].kernel.numpy()
    assert np.abs(kernel).max() <= np.sqrt(1 / 32)  # √(3 · 1/3 / fan-in)
    assert np.abs(kernel).max() > 0.8 * np.sqrt(1 / 32)
    assert (built.optimizer.name, built.optimizer.momentum) == ("sgd", 0.9)
    assert built.decoder.layers[-1].activation is keras.activations.linear
    assert fit.train(spec, "dec").checkpoint is not None
    losses = checkpoints.get("dec").history()["total_loss"]
    assert losses.iloc[-1] < losses.iloc[0]
    assert checkpoints.get("dec").model.output == "linear"
    with pytest.raises(ExplorerError, match="momentum of its own"):
        replace(spec, optimizer="adam")


def test_images_kept_on_the_device_train_the_same_model(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = []
    for name, fits in (("sent", False), ("kept", True)):
        monkeypatch.setattr(device, "fits", lambda images, fits=fits: fits)
        fit.train(_spec(epochs=3), name, report=lambda p: p.fraction < 0.7)
        losses.append([row["val_total_loss"] for row in run_store.read(name).rows])
    assert len(losses[0]) == 2
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
