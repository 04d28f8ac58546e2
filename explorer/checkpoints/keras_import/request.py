"""A model that somebody wants to import: looked at, then saved, each in a process of its own."""

import base64
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer import datasets
from explorer.checkpoints import names
from explorer.checkpoints.keras_import import child
from explorer.core import limited
from explorer.core.limited import Limits
from explorer.core.progress import Report, silent

# Of the surroundings the process needs where things lie, never who may do what.
_PLACES = ("EXPLORER_CHECKPOINTS", "EXPLORER_DATA", "EXPLORER_DATASETS", "EXPLORER_CACHE")
_MEMORY = 6_000_000_000  # TensorFlow's own, and room to encode
_SECONDS = 300.0


@dataclass(frozen=True)
class Import:
    """What is to be imported.

    Attributes:
        files: Where each file lies, what its owner calls it, and of which part it is: "encoder",
            "decoder", or "" where that is to be found out.
        dataset: Name of the data set that the model was trained on; "": the one on this machine
            that it gives back best.
        bottleneck: Name of the layer that makes the code; "": the narrowest.
        pixel_scale: "0-1", "0-255", "-1-1" or "MEAN,STD"; "": found from the data.
        name: Of the checkpoint; "" for a look.
        code: Where a Python file lies that defines layers, and what its owner calls it; it is run,
            so who takes it from a visitor asks `access.check_code_allowed` first.
        owner: The visitor whose it is then; "": the host.
    """

    files: tuple[tuple[str, str, str], ...]
    dataset: str = ""
    bottleneck: str = ""
    pixel_scale: str = ""
    name: str = ""
    code: tuple[str, str] | None = None
    owner: str = ""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look found.

    Attributes:
        about: JSON values, as `bring.Look.to_dict`, and `rows` of the images.
        images: Test images over their reconstructions, (2, n, h, w, c), uint8.
    """

    about: dict[str, Any]
    images: np.ndarray


def look(wanted: Import, report: Report = silent) -> Seen:
    """Look at a model without saving anything.

    Raises:
        ExplorerError: If it cannot be imported; the sentence says why and what to do.
    """
    about = _run(child.look, wanted, report)
    pixels = base64.b64decode(about.pop("pixels"))
    return Seen(about, np.frombuffer(pixels, np.uint8).reshape(about.pop("shape")))


def save(wanted: Import, report: Report = silent) -> dict[str, Any]:
    """Import a model; return what it is.

    Raises:
        ExplorerError: As `look`, or if the name cannot be one or is taken.
    """
    names.check_free(wanted.name)
    return _run(child.save, wanted, report)


def _run(function: Any, wanted: Import, report: Report) -> dict[str, Any]:
    if wanted.dataset:
        datasets.info(wanted.dataset)
    size = sum(Path(path).stat().st_size for path, *_ in wanted.files if Path(path).is_file())
    found: dict[str, Any] = limited.run(
        function,
        asdict(wanted),
        limits=Limits(_SECONDS, _MEMORY + 6 * size),
        environment={
            **{
                key: str(Path(os.environ[key]).absolute()) for key in _PLACES if os.environ.get(key)
            },
            "KERAS_BACKEND": "tensorflow",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        report=report,
        what="This model",
    )
    return found
