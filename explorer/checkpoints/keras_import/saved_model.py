"""SavedModels of Keras 2: a folder, or its zip, in which Keras kept what each layer is.

Its TensorFlow functions are never loaded: layers are read from `keras_metadata.pb`, weights from
the checkpoint in `variables/`.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints.keras_import import config, files, layers
from explorer.checkpoints.keras_import.files import Source
from explorer.checkpoints.keras_import.graph import Layer, Net
from explorer.core.errors import ExplorerError

_MAX_METADATA = 20_000_000
_VARIABLES = ("variables.index", "variables.data-00000-of-00001")
_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


@dataclass(frozen=True)
class _Object:
    """What Keras kept of an object: its place, and its configuration."""

    path: str
    about: dict[str, Any]


def read(source: Source) -> tuple[dict[str, Net], str]:
    """Return the models in a SavedModel, by the names of their attributes, and Keras' version.

    Raises:
        ExplorerError: If Keras kept nothing of its layers, or it is damaged.
    """
    folder = _folder(source)
    content = files.read_member(source, f"{folder}keras_metadata.pb", _MAX_METADATA)
    if content is None:
        raise ExplorerError(
            f"{source.name} is a SavedModel without keras_metadata.pb, in which Keras keeps the "
            "layers (model.export makes such ones): save with model.save('model.keras'), or give "
            "encoder and decoder as .onnx files."
        )
    try:
        objects = {item.path: item for item in _objects(content)}
    except (ValueError, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise ExplorerError(f"{source.name}: keras_metadata.pb is damaged.") from error
    nets = _nets(objects)
    if not nets:
        raise ExplorerError(
            f"{source.name} holds a class of its owner's whose parts are no Sequential or "
            "Functional models: save the layers of encoder and decoder as such models."
        )
    with tempfile.TemporaryDirectory(prefix="explorer-") as place:
        for name in _VARIABLES:
            part = files.read_member(source, f"{folder}variables/{name}", files.MAX_BYTES)
            if part is None:
                raise ExplorerError(f"{source.name} lacks variables/{name}: give the whole folder.")
            Path(place, name).write_bytes(part)
        variables = _Variables(Path(place, "variables"), source.name)
        for path, net in nets.items():
            _fill(net, path, objects, variables)
    version = str(objects["root"].about.get("keras_version", "2"))[:20]
    return {path.removeprefix("root").strip(".") or "model": net for path, net in nets.items()}, (
        version
    )


def _folder(source: Source) -> str:
    """Return where in an archive the SavedModel lies, "" or a path that ends in a slash."""
    if source.path.is_dir():
        return ""
    names = [n for n in files.members(source) if n.rsplit("/", 1)[-1] == "saved_model.pb"]
    return min(names, key=len).removesuffix("saved_model.pb")


def _objects(content: bytes) -> Iterator[_Object]:
    """Read the messages of `keras_metadata.pb` (SavedMetadata: nodes = 1)."""
    for number, value in _fields(content):
        if number != 1 or not isinstance(value, bytes):
            continue
        node = dict(_fields(value))  # SavedObject: node_path = 3, metadata = 5
        path, about = node.get(3), node.get(5)
        if isinstance(path, bytes) and isinstance(about, bytes):
            parsed = json.loads(about, object_hook=_tuple)
            if isinstance(parsed, dict):
                yield _Object(path.decode(), parsed)


def _tuple(value: dict[str, Any]) -> Any:
    """Return a tuple, as Keras writes it there, as a list."""
    return value.get("items") if value.get("class_name") == "__tuple__" else value


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a protocol buffer's message."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        value: int | bytes
        if key & 7 == 0:
            value, at = _varint(content, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7)
            if size is None:
                if key & 7 != 2:
                    raise ValueError("it is no message")
                size, at = _varint(content, at)
            value, at = content[at : at + size], at + size
            if at > len(content):
                raise ValueError("it is cut short")
        yield key >> 3, value


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("it is no message")


def _nets(objects: dict[str, _Object]) -> dict[str, Net]:
    """Return the whole model, or else the models that are its attributes, by their places."""
    root = objects.get("root")
    if root is None:
        return {}
    if not config.is_subclassed(root.about):
        return {"root": _net(root, "")}
    return {
        path: _net(item, path.removeprefix("root."))
        for path, item in objects.items()
        if path.startswith("root.")
        and path.count(".") == 1
        and item.about.get("class_name") in ("Functional", "Model", "Sequential")
        and not config.is_subclassed(item.about)
    }


def _net(item: _Object, name: str) -> Net:
    entry = {"class_name": item.about.get("class_name"), "config": item.about.get("config")}
    settings = entry["config"]
    if isinstance(settings, dict):
        settings.setdefault("build_input_shape", item.about.get("build_input_shape"))
    return config.parse(entry, name)


def _fill(net: Net, path: str, objects: dict[str, _Object], variables: "_Variables") -> None:
    """Give the layers of the model at a place their weights."""
    places = {
        str(objects[child].about.get("name")): child
        for name in variables.children(path)
        if (child := f"{path}.{name}") in objects
    }
    for name, item in net.layers.items():
        if (place := places.get(name)) is None:
            continue
        if isinstance(item, Net):
            _fill(item, place, objects, variables)
        elif item.known:
            item.weights = _weights(item, place, variables)


def _weights(layer: Layer, place: str, variables: "_Variables") -> list[np.ndarray]:
    names = [name for name, _, _ in layers.weights(layer, (1,) * 5)]
    found = [variables.read(f"{place}.{name}") for name in names]
    return [value for value in found if value is not None]


class _Variables:
    """The variables of a checkpoint of TensorFlow, by the places of their objects."""

    def __init__(self, prefix: Path, name: str) -> None:
        import tensorflow as tf
        from tensorflow.core.protobuf import trackable_object_graph_pb2 as graphs

        self._name = name
        try:
            self._reader = tf.train.load_checkpoint(str(prefix))
            graph = graphs.TrackableObjectGraph()
            graph.ParseFromString(self._reader.get_tensor(_GRAPH))
        except Exception as error:  # what TensorFlow raises for a damaged file shares no base class
            raise ExplorerError(f"The variables in {name} are damaged or cut short.") from error
        self._nodes = graph.nodes

    def _node(self, path: str) -> Any:
        number = 0
        for part in path.split(".")[1:]:
            children = {child.local_name: child.node_id for child in self._nodes[number].children}
            if part not in children or not children[part] < len(self._nodes):
                return None
            number = children[part]
        return self._nodes[number]

    def children(self, path: str) -> list[str]:
        """Return the names of what an object holds."""
        node = self._node(path)
        return [child.local_name for child in node.children] if node is not None else []

    def read(self, path: str) -> np.ndarray | None:
        """Return a variable's value, or None if there is none at that place."""
        node = self._node(path)
        if node is None or not node.attributes:
            return None
        try:
            value = np.asarray(self._reader.get_tensor(node.attributes[0].checkpoint_key))
        except Exception as error:  # as above
            raise ExplorerError(f"The variables in {self._name} are damaged.") from error
        if value.dtype.kind != "f" or not np.isfinite(value).all():
            raise ExplorerError(
                f"{self._name} holds weights that are NaN or infinite at {path!r}: the training "
                "diverged, or the file is damaged."
            )
        return value.astype(np.float32)
