"""Files of models made by hand, without Keras: right ones, from which wrong ones are made."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Weights = Mapping[str, list[Any]]


def dense(name: str, units: int, **more: Any) -> dict[str, Any]:
    return layer("Dense", name, units=units, **more)


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "name": name, "config": {"name": name, **config}}


def model(*layers: dict[str, Any], shape: tuple[int, ...] = (8, 8, 1)) -> dict[str, Any]:
    """A Functional model of layers one behind the other."""
    entries = [layer("InputLayer", "in", batch_shape=[None, *shape])]
    for each in layers:
        before = entries[-1]["name"]
        entries.append({"inbound_nodes": [[[before, 0, 0, {}]]], **each})
    config = {
        "name": "model",
        "layers": entries,
        "input_layers": [["in", 0, 0]],
        "output_layers": [[entries[-1]["name"], 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def autoencoder() -> dict[str, Any]:
    return model(
        layer("Flatten", "flatten"),
        dense("code", 2),
        dense("out", 64, activation="sigmoid"),
        layer("Reshape", "pixels", target_shape=[8, 8, 1]),
    )


def changed(index: int, **changes: Any) -> dict[str, Any]:
    """The autoencoder with another layer in the place of one."""
    config = autoencoder()
    entry = config["config"]["layers"][index]
    entry["config"] |= changes.pop("config", {})
    entry |= changes
    return config


def custom() -> dict[str, Any]:
    """The autoencoder with a layer of the visitor's own as its code."""
    return changed(3, module="my.code", registered_name="my>Dense", class_name="Dense")


def values() -> dict[str, list[np.ndarray]]:
    """Weights of `autoencoder`, by the names of its layers."""
    rng = np.random.default_rng(0)
    draw = lambda *shape: rng.normal(0, 0.3, shape).astype(np.float32)  # noqa: E731
    return {"code": [draw(64, 2), draw(2)], "out": [draw(2, 64), draw(64)]}


def counted(weights: Weights) -> bytes:
    """Weights as Keras 3 keeps them, of Dense layers alone."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for number, arrays in enumerate(weights.values()):
            place = f"layers/dense_{number}" if number else "layers/dense"
            for i, array in enumerate(arrays):
                file[f"{place}/vars/{i}"] = array
    return content.getvalue()


def keras(path: Path, config: Any, weights: bytes, version: str = "3.15.1") -> Path:
    text = config if isinstance(config, bytes) else json.dumps(config).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", text)
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("model.weights.h5", weights)
    return path


def h5(path: Path, config: Any, weights: Weights, version: str = "2.15.0") -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = version
        file.attrs["training_config"] = json.dumps({"loss": "of_my_own"})
        names(file.create_group("model_weights"), weights)
    return path


def names(group: h5py.Group, weights: Weights) -> None:
    """Weights as Keras 2 keeps them."""
    group.attrs["layer_names"] = [name.encode() for name in weights]
    for name, arrays in weights.items():
        own = group.create_group(name)
        paths = [f"{name}/{what}:0" for what in ("kernel", "bias")[: len(arrays)]]
        own.attrs["weight_names"] = [path.encode() for path in paths]
        for path, array in zip(paths, arrays, strict=True):
            own[path] = array
