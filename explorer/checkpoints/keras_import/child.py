"""What is done with somebody's model in a process of its own: see `explorer.core.limited`."""

import base64
import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from explorer import datasets
from explorer.checkpoints import names
from explorer.checkpoints.keras_import import onnx_pair, read
from explorer.checkpoints.keras_import.look import Look, check_size, chosen
from explorer.checkpoints.keras_import.read import Brought
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.datasets.base import Dataset
from explorer.models.spec import BroughtSpec


def look(wanted: dict[str, Any], report: Report) -> dict[str, Any]:
    """Return what a model is, and images with their reconstructions.

    Args:
        wanted: The fields of `request.Import`.
        report: Takes the progress.
    """
    looked, data = _looked(wanted, report)
    rows = chosen(data)
    images = data.images[rows]
    both = np.stack([images, np.clip(looked.reconstruct(images), 0, 1)])
    pixels = np.asarray(np.round(255 * both), np.uint8)
    return {
        **looked.to_dict(),
        "dataset": data.info.name,
        "rows": rows.tolist(),
        "shape": list(pixels.shape),
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
    }


def save(wanted: dict[str, Any], report: Report) -> dict[str, Any]:
    """Write the checkpoint of a model; return what it is."""
    import pandas as pd

    from explorer.checkpoints import export

    name: str = wanted["name"]
    names.check_free(name)
    looked, data = _looked(wanted, report)
    report(Progress(0.6, "Encoding all test images"))
    about = {**looked.to_dict(), "dataset": data.info.name}
    told = ("formats", "keras_version", "bottleneck", "pixel_scale", "output_scale", "notes")
    files = [file for _, file, _ in wanted["files"]]
    checkpoint = export.assemble(
        name,
        looked.write,
        dataset=data.info.name,
        model=BroughtSpec(
            looked.kind,
            looked.architecture,
            data.info.image_shape,
            looked.z_dim,
            loss=looked.loss,
            output="sigmoid" if looked.bounded else "linear",
        ),
        parameters=looked.parameters,
        training={
            "epochs": 0,
            "imported": {"files": files, **{key: about[key] for key in told}},
        },
        metrics=None,
        history=pd.DataFrame({"epoch": []}),
        images=data.images,
        labels=data.labels,
        replace=False,
        owner=wanted["owner"],
    )
    return {**about, "name": name, "metrics": checkpoint.metrics}


def _looked(wanted: dict[str, Any], report: Report) -> tuple[Look, Dataset]:
    """Read the files before Keras is loaded: most that cannot be imported is refused by then."""
    report(Progress(0.05, "Reading the files"))
    with _quiet():
        brought = read.read([(Path(path), name, part) for path, name, part in wanted["files"]])
    if wanted["dataset"]:
        return _on(wanted["dataset"], brought, wanted, report)
    found, refused = [], []
    for name in datasets.names():
        if not datasets.is_local(name):
            continue
        try:
            found.append(_on(name, brought, wanted, report))
        except ExplorerError as error:
            refused.append(error)
    if not found:
        # The one whose images fit says what else is wrong with the model.
        raise max(refused, key=lambda error: "choose the data set" not in str(error))
    # The data set that it gives back best, measured by how much its images differ.
    return min(found, key=lambda pair: pair[0].trials[0].error / float(pair[1].images[:500].var()))


def _on(
    dataset: str, brought: Brought, wanted: dict[str, Any], report: Report
) -> tuple[Look, Dataset]:
    """Look at a model with the images of a data set."""
    check_size(brought, datasets.info(dataset).image_shape)
    data = datasets.load(dataset, "test")
    asked = wanted["bottleneck"], wanted["pixel_scale"]
    if brought.graphs:
        # Here nothing else lies, and all of it is deleted in the end.
        place = Path(tempfile.mkdtemp(dir=Path.cwd()))
        return onnx_pair.look_at(brought, data, place, *asked), data
    report(Progress(0.1, "Loading Keras"))
    warnings.simplefilter("ignore")  # of Keras about its own use of NumPy
    with _quiet():
        from explorer.checkpoints.keras_import import bring, code
    report(Progress(0.4, "Building the model"))
    custom = code.classes(Path(wanted["code"][0]), wanted["code"][1]) if wanted["code"] else {}
    looked, _, _ = bring.look_at(brought, data, *asked, custom)
    return looked, data


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what TensorFlow prints as it is loaded out of the terminal."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
