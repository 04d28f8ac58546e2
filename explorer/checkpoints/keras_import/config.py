"""The layers of a model from its configuration, as Keras 2 and Keras 3 write it."""

from collections.abc import Iterator
from typing import Any

from explorer.checkpoints.keras_import import operations
from explorer.checkpoints.keras_import.graph import Layer, Net, Ref, Shape
from explorer.checkpoints.keras_import.layers import LAYERS
from explorer.core.errors import ExplorerError

_MAX_LAYERS = 1000
_DEEPEST = 20
_INPUT: Ref = ("", 0, 0)  # of a Sequential model


def parse(entry: Any, name: str = "") -> Net:
    """Return the model that a configuration tells of.

    Args:
        entry: `{"class_name": …, "config": …}`.
        name: What its owner calls it; "": its own name.

    Raises:
        ExplorerError: If it is none, or is a class of its owner's without the layers.
    """
    item = _item(entry, "", 0)
    if isinstance(item, Net):
        item.name = name or item.name
        return item
    raise ExplorerError(
        f"The file holds {item.kind!r}, a class of its owner's, without its layers: save its parts "
        "with model.encoder.save('encoder.keras') and model.decoder.save('decoder.keras') and give "
        "these two files."
    )


def parts(entry: Any) -> dict[str, Net]:
    """Return the models that a subclassed model holds, by the names of its attributes."""
    config = entry.get("config") if isinstance(entry, dict) else None
    found = {}
    for key, value in config.items() if isinstance(config, dict) else ():
        if isinstance(value, dict) and {"class_name", "config"} <= value.keys():
            item = _item({**value, "name": str(key)}, "", 1)
            if isinstance(item, Net):
                found[str(key)] = item
    return found


def is_subclassed(entry: Any) -> bool:
    """Whether a configuration is that of a class of its owner's, with no layers of its own."""
    return isinstance(entry, dict) and _layers(entry.get("config")) is None


def _layers(config: Any) -> list[Any] | None:
    layers = config if isinstance(config, list) else None
    if isinstance(config, dict):
        layers = config.get("layers")
    return layers if isinstance(layers, list) else None


def _item(entry: Any, path: str, depth: int) -> Layer | Net:
    """Return a layer or a model; `path` is that of the model around it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise ExplorerError("The configuration of the model is not one that Keras writes.")
    if depth > _DEEPEST:
        raise ExplorerError(f"The model holds models within models more than {_DEEPEST} deep.")
    kind, config = entry["class_name"], entry.get("config")
    own = config.get("name") if isinstance(config, dict) else None
    name = str(entry.get("name") or own or kind)[:100]
    place = f"{path}/{name}" if path else name
    layers = _layers(config)
    if layers is None:
        return _layer(entry, place, config if isinstance(config, dict) else {})
    if len(layers) > _MAX_LAYERS:
        raise ExplorerError(f"{name} has more than {_MAX_LAYERS:,} layers.")
    inside = place if depth else ""  # the outermost model's own name says nothing
    if isinstance(config, dict) and "output_layers" in config:
        net = _functional(kind, config, layers, inside, depth)
    else:
        net = _sequential(kind, config, layers, inside, depth)
    net.name = place
    return net


def _layer(entry: dict[str, Any], name: str, config: dict[str, Any]) -> Layer:
    kind, module = entry["class_name"], entry.get("module")
    registered = entry.get("registered_name")
    theirs = isinstance(registered, str) and ">" in registered
    keras = ("keras", "tf_keras", "tensorflow")
    if isinstance(module, str) and not module.startswith(keras):
        theirs = True
    if isinstance(module, str) and ".ops" in module:
        kind = f"ops.{kind}"
    return Layer(name, kind, config, known=kind in LAYERS and not theirs)


def _functional(
    kind: str, config: dict[str, Any], entries: list[Any], path: str, depth: int
) -> Net:
    layers: dict[str, Layer | Net] = {}
    calls: dict[str, list[list[Ref]]] = {}
    for entry in entries:
        item = _item(entry, path, depth + 1)
        name = str(entry.get("name") or item.name.rsplit("/", 1)[-1])
        nodes = entry.get("inbound_nodes") or []
        if not isinstance(nodes, list) or len(nodes) > _MAX_LAYERS:
            raise ExplorerError(f"The calls of {name!r} are not told as Keras tells them.")
        layers[name] = item
        calls[name] = [list(refs(node)) for node in nodes]
        if isinstance(item, Layer) and nodes:
            layers[name] = operations.read(item, nodes[0])
    inputs = list(refs(config.get("input_layers")))
    shapes = [_shape_of(layers.get(ref[0])) for ref in inputs]
    calls = {name: found for name, found in calls.items() if found and name not in _names(inputs)}
    return Net(path, kind, layers, calls, inputs, list(refs(config["output_layers"])), shapes)


def _names(inputs: list[Ref]) -> set[str]:
    return {name for name, _, _ in inputs}


def _sequential(kind: str, config: Any, entries: list[Any], path: str, depth: int) -> Net:
    layers: dict[str, Layer | Net] = {}
    calls: dict[str, list[list[Ref]]] = {}
    last, shape = _INPUT, None
    for entry in entries:
        item = _item(entry, path, depth + 1)
        name = item.name.rsplit("/", 1)[-1]
        while name in layers:
            name += "'"
        layers[name] = item
        if not calls:
            shape = shape or _shape_of(item)
        if item.kind != "InputLayer":
            # A Functional model's own definition counts as its call 0.
            calls[name], last = [[last]], (name, 0, 0)
    if shape is None and isinstance(config, dict):
        shape = _shape(config.get("build_input_shape"))
    return Net(path, kind, layers, calls, [_INPUT], [last], [shape])


def _shape_of(item: Layer | Net | None) -> Shape | None:
    """Return the shape of what a layer takes, if it tells it."""
    if isinstance(item, Net):
        return item.shapes[0] if item.shapes else None
    if item is None:
        return None
    for key in ("batch_shape", "batch_input_shape"):
        if (shape := _shape(item.config.get(key))) is not None:
            return shape
    return _shape([None, *(item.config.get("shape") or [None])])


def _shape(value: Any) -> Shape | None:
    """Return a shape without the batch; None if a size is left open or wrong."""
    if isinstance(value, dict):  # a TensorShape of Keras 2
        value = value.get("config", value.get("items"))
    if not isinstance(value, list) or len(value) < 2 or len(value) > 6:
        return None
    sizes = value[1:]
    if not all(type(size) is int and 0 < size <= 10**6 for size in sizes):
        return None
    return tuple(sizes)


def refs(value: Any) -> Iterator[Ref]:
    """Yield the tensors that a part of a configuration names, in their order."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            config = value.get("config")
            value = config.get("keras_history") if isinstance(config, dict) else None
            if _is_ref(value):
                yield (value[0], value[1], value[2])
            return
        for item in value.values():
            yield from refs(item)
    elif _is_ref(value):
        if value[0] != "_CONSTANT_VALUE":
            yield (value[0], value[1], value[2])
        yield from refs(value[3:])
    elif isinstance(value, list):
        for item in value:
            yield from refs(item)


def _is_ref(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 3
        and isinstance(value[0], str)
        and type(value[1]) is int
        and type(value[2]) is int
    )
