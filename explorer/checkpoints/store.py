"""The one owner of `checkpoints/`: a folder for each trained model, complete or absent."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import datasets
from explorer.checkpoints.onnx import Decoder, Encoder, LatentCodes
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.models.spec import ModelSpec, spec_of

if TYPE_CHECKING:  # pages begin sooner without it
    import pandas as pd

SCHEMA = 1
_OF_KERAS = ("encoder.keras", "decoder.keras")  # not there for what came as ONNX
_OF_CODES = ("codes.npz",)  # all that there is without a model
FILES = (
    "history.csv",
    "encoder.keras",
    "decoder.keras",
    "encoder.onnx",
    "decoder.onnx",
    "codes.npz",
)
_MAX_CONFIG_BYTES = 1_000_000
_MAX_HISTORY_BYTES = 10_000_000
_MAX_REASON = 300
# What is read of `training`, and its types; more may be there and is kept as it is.
_TRAINING: dict[str, tuple[type, ...]] = {
    "epochs": (int,),
    "batch_size": (int,),
    "images_per_second": (int, float),
    "seconds": (int, float),
    "device": (str,),
}
_ADDED = {"output": "sigmoid"}  # what checkpoints of earlier versions do not tell
_MAX_COUNT = 10**12
_ROOT = Path(__file__).parents[2] / "checkpoints"
# A folder that was written in later than this many nanoseconds ago may be written in once more
# without a change of its time: clocks of file systems tick every few milliseconds.
_SETTLED = 1_000_000_000
# The largest magnitudes whose squares, or exponentials, float32 holds with room to spare.
_MAX_VALUE = {"z_mean": 1e12, "z_log_var": 80.0, "reconstruction_error": 1e12}
# Without a KL loss (β = 0) variances fall towards 0, and their logarithms without end.
_MIN_VALUE = {"z_log_var": -1e12}


@dataclass(frozen=True)
class Checkpoint:
    """A trained model on disk.

    Attributes:
        path: Its folder, whose name is its name.
        dataset: Name of the data set that it was trained on.
        model: What model it is.
        training: How it was trained: `epochs`, and if known `batch_size`, `images_per_second`,
            `seconds` (numbers ≥ 0), `device` (text) and more, which is not checked.
        metrics: Losses on the test images, `test_total_loss` among them, and how far ONNX is from
            Keras; finite.
        created: When, as an ISO date.
    """

    path: Path
    dataset: str
    model: ModelSpec
    training: dict[str, Any]
    metrics: dict[str, float]
    created: str

    @property
    def name(self) -> str:
        """Name of the checkpoint."""
        return self.path.name

    @property
    def z_dim(self) -> int:
        """Number of latent dimensions."""
        return self.model.z_dim

    @property
    def decoder_file(self) -> Path:
        """The ONNX decoder."""
        return self.path / "decoder.onnx"

    @property
    def encoder_file(self) -> Path:
        """The ONNX encoder."""
        return self.path / "encoder.onnx"

    def decoder(self) -> Decoder:
        """Load the ONNX decoder; raises ExplorerError if there is none, or not that of `model`."""
        self._check_model("decoder")
        return Decoder(self.decoder_file, self.model)

    def encoder(self) -> Encoder:
        """Load the ONNX encoder; raises ExplorerError if there is none, or not that of `model`."""
        self._check_model("encoder")
        return Encoder(self.encoder_file, self.model)

    def _check_model(self, part: str) -> None:
        if not self.model.decodes:
            raise ExplorerError(
                f"{self.name} has no {part}: its codes were imported without a model."
            )

    @property
    def projections(self) -> Path:
        """Folder of its cached projections."""
        return self.path / "projections"

    @property
    def clusterings(self) -> Path:
        """Folder of what was clustered: clusterings, sweeps, classifiers, training codes."""
        return self.path / "clusterings"

    @property
    def snapshots(self) -> Path:
        """Folder of the snapshots of its training."""
        return self.path / "frames"

    def history(self) -> "pd.DataFrame":
        """Return a row per epoch: `epoch`, losses of training and, as `val_…`, of validation.

        Without a model there is none.
        """
        import pandas as pd

        if not self.model.decodes:
            return pd.DataFrame({"epoch": []})
        try:
            with storage.open_file(self.path / "history.csv", _MAX_HISTORY_BYTES) as file:
                return pd.read_csv(file)
        except (OSError, ValueError) as error:
            raise ExplorerError(f"{self.name}: history.csv cannot be read ({error}).") from error

    def codes(self) -> "TestCodes":
        """Read the codes of the test images.

        Raises:
            ExplorerError: If the file is missing, damaged or does not fit the model.
        """
        decodes = self.model.decodes
        names = ["labels", "z_mean", *(["reconstruction_error"] if decodes else [])]
        if self.model.kind == "vae":
            names.append("z_log_var")
        arrays = storage.read_npz(self.path / "codes.npz", *names, only=True)
        n = max(1, arrays["labels"].size)
        n_classes = len(datasets.info(self.dataset).class_names)
        for name, array in arrays.items():
            shape = (n, self.z_dim) if name.startswith("z_") else (n,)
            if name == "labels":
                wanted = f"whole numbers from 0 to {n_classes - 1}"
                fits = array.dtype.kind in "iu" and ((array >= 0) & (array < n_classes)).all()
            else:
                wanted = f"finite numbers of at most {_MAX_VALUE[name]:g}"
                low = _MIN_VALUE.get(name, -_MAX_VALUE[name])
                high = _MAX_VALUE[name]
                fits = array.dtype.kind == "f" and ((array >= low) & (array <= high)).all()
            if not fits or array.shape != shape:
                raise ExplorerError(
                    f"{self.name}: {name} in codes.npz must be {wanted}, of shape {shape}; train "
                    f"or import this checkpoint again. Received: {array.dtype}, {array.shape}."
                )
        z_log_var = arrays.get("z_log_var")
        return TestCodes(
            LatentCodes(
                arrays["z_mean"].astype(np.float32),
                None if z_log_var is None else z_log_var.astype(np.float32),
            ),
            arrays["labels"].astype(np.int64),
            arrays["reconstruction_error"].astype(np.float32)
            if decodes
            else np.full(n, np.nan, np.float32),
        )


@dataclass(frozen=True)
class TestCodes:
    """What a checkpoint knows of its data set's test images, in their order.

    Attributes:
        latent: The codes.
        labels: Shape (n,), int64.
        reconstruction_error: Shape (n,), float32: the pixel loss of `model.loss`, summed over the
            pixels, of decoding `z_mean`; NaN where there is no decoder.
    """

    latent: LatentCodes
    labels: np.ndarray
    reconstruction_error: np.ndarray

    __test__ = False  # for pytest: not a test, for all its name


@dataclass(frozen=True)
class BrokenCheckpoint:
    """A folder that should be a checkpoint and is not.

    Attributes:
        path: The folder.
        reason: What is wrong, in one sentence.
    """

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """Name of the folder, its invisible characters spelt out."""
        name = self.path.name
        return name if name.isprintable() else ascii(name)


def root() -> Path:
    """Return the folder of all checkpoints: `EXPLORER_CHECKPOINTS`, else the project's own."""
    return Path(os.environ.get("EXPLORER_CHECKPOINTS") or _ROOT)


def list_checkpoints() -> list[Checkpoint | BrokenCheckpoint]:
    """Return all checkpoints by name, broken ones among them. Only config.json is read."""
    if not root().is_dir():
        return []
    with os.scandir(root()) as entries:
        folders = sorted(
            Path(entry) for entry in entries if entry.is_dir() and not entry.name.startswith(".")
        )
    found: list[Checkpoint | BrokenCheckpoint] = []
    for path in folders:
        try:
            found.append(read(path))
        except ExplorerError as error:
            found.append(BrokenCheckpoint(path, str(error)))
    return found


def get(name: str) -> Checkpoint:
    """Return the checkpoint called `name`.

    Raises:
        ExplorerError: If the name is not a name, or there is no such checkpoint, or it is broken.
    """
    path = root() / storage.check_name(name)
    if not path.is_dir():
        raise ExplorerError(
            f"There is no checkpoint {name!r} in {root()}: see 'python -m explorer list'."
        )
    return read(path)


def read(path: Path) -> Checkpoint:
    """Read the checkpoint in a folder; one that has not changed since is remembered.

    Raises:
        ExplorerError: If it is broken.
    """
    state = _state(path)
    return _read(path) if state is None else _known(path, state)


def files_of(model: ModelSpec) -> tuple[str, ...]:
    """Return the names of the files that a checkpoint has besides its config.json."""
    if not model.decodes:
        return _OF_CODES
    return tuple(file for file in FILES if model.architecture != "onnx" or file not in _OF_KERAS)


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what changes with what `_read` looks at; None while it may change unseen."""
    try:
        folder, config = path.stat(), (path / "config.json").stat()
    except OSError:
        return None
    if time.time_ns() - max(folder.st_mtime_ns, config.st_mtime_ns) < _SETTLED:
        return None
    return folder.st_mtime_ns, folder.st_ino, config.st_mtime_ns, config.st_ino, config.st_size


@keep(1024)
def _known(path: Path, state: tuple[int, ...]) -> Checkpoint:
    return _read(path)


def _read(path: Path) -> Checkpoint:
    storage.check_name(path.name)
    file = path / "config.json"
    try:
        config = storage.parse_json(storage.read_text(file, _MAX_CONFIG_BYTES))
        if config["schema"] != SCHEMA:
            raise ValueError(f"its schema is {config['schema']!r}, this version reads {SCHEMA}")
        model = _ADDED | config["model"]
        fields = {name: model[name] for name in ModelSpec.__dataclass_fields__}
        checkpoint = Checkpoint(
            path,
            str(config["dataset"]),
            spec_of(fields),
            {**config["training"]},
            {**config["metrics"]},
            str(config["created"]),
        )
        _check(checkpoint)
    except FileNotFoundError:
        raise ExplorerError(f"{path.name}: config.json is missing.") from None
    except KeyError as error:
        raise ExplorerError(f"{path.name}: config.json lacks {str(error)[:100]}.") from error
    except ExplorerError as error:
        reason = shorten(str(error), _MAX_REASON)
        raise ExplorerError(f"{path.name}: config.json is invalid: {reason}") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = shorten(str(error), _MAX_REASON)
        raise ExplorerError(f"{path.name}: config.json cannot be read ({reason}).") from error
    files = files_of(checkpoint.model)
    missing = [name for name in files if not os.path.lexists(path / name)]
    if missing:
        raise ExplorerError(f"{path.name}: {', '.join(missing)} missing.")
    for name in files:
        if not storage.is_own_file(path / name):
            raise ExplorerError(
                f"{path.name}: {name} is no regular file, or a link that leads out of its folder; "
                "put the file itself there."
            )
    for folder in (checkpoint.projections, checkpoint.clusterings, checkpoint.snapshots):
        storage.check_folder(folder)
    return checkpoint


def _check(checkpoint: Checkpoint) -> None:
    """Refuse what does not fit together, and values that pages and commands could not show."""
    about = datasets.info(checkpoint.dataset)
    if checkpoint.model.image_shape != about.image_shape:
        raise ExplorerError(
            f"{about.title} has images of {about.image_shape}. "
            f"Received: a model for {checkpoint.model.image_shape}."
        )
    training, metrics = checkpoint.training, checkpoint.metrics
    for key in ("epochs", *(_TRAINING.keys() & training.keys())):
        value = training[key]
        if type(value) not in _TRAINING[key] or (
            isinstance(value, int | float) and not 0 <= value <= _MAX_COUNT
        ):
            raise ExplorerError(f"{key} of the training has a wrong value. Received: {value!r}.")
    needed = ("test_total_loss",) if checkpoint.model.decodes else ()
    for key in (*needed, *metrics):
        if type(metrics[key]) not in (int, float):
            raise ExplorerError(
                f"The metric {key[:50]} must be a number. Received: {metrics[key]!r}."
            )
