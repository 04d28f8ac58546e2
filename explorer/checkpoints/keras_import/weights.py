"""The weights of a model's layers, in the layouts in which Keras 2 and Keras 3 keep them."""

import re
from collections.abc import Iterator

import numpy as np

from explorer.checkpoints.keras_import import layers
from explorer.checkpoints.keras_import.graph import Layer, Net
from explorer.checkpoints.keras_import.hdf5 import Group
from explorer.core.errors import ExplorerError

_MOST = 64  # weights of one layer
_DEEPEST = 6  # layers inside of layers
# Where the layers of a model lie: Keras 3, Keras 2, and Keras 2 on Windows.
_PLACES = ("layers/", "_layer_checkpoint_dependencies/", "_layer_checkpoint_dependencies\\")


def fill(net: Net, root: Group) -> None:
    """Give each layer of a model the weights that a file holds.

    Raises:
        ExplorerError: If the file is of another model, or damaged.
    """
    named = root.group("model_weights") or root
    if named.texts("layer_names") is not None:
        _fill_named(net, named)
    else:
        _fill_counted(net, root)
    if not any(layer.weights or layer.inner for layer in _leaves(net)):
        raise ExplorerError(f"{root.where} holds no weights of the layers of {net.name!r}.")


def fill_part(net: Net, attribute: str, root: Group) -> None:
    """Do as `fill` for a model that is an attribute of the one that was saved."""
    for name in (attribute, f"_{attribute}"):
        if (group := root.group(name)) is not None:
            fill(net, group)
            return
    raise ExplorerError(f"{root.where} holds no weights of {attribute!r}.")


def _fill_counted(net: Net, group: Group) -> None:
    """Read the layout of Keras 3: layers of a class are counted in the order of the model."""
    counts: dict[str, int] = {}
    for item in net.layers.values():
        kind = _snake_case(item.kind)
        number = counts[kind] = counts.get(kind, -1) + 1
        name = f"{kind}_{number}" if number else kind
        for place in _PLACES:
            if (found := group.group(place + name)) is not None:
                break
        else:
            continue
        if isinstance(item, Net):
            _fill_counted(item, found)
        else:
            item.weights = _variables(found)
            if not item.known:
                item.inner = dict(_inner(found, "", 0))


def _inner(group: Group, path: str, depth: int) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield the weights of the layers inside a layer that nobody here knows."""
    for name in group.names() if depth < _DEEPEST else []:
        inside = group.group(name)
        if inside is None or name in ("vars", "seed_generator"):
            continue
        if values := _variables(inside):
            yield f"{path}{name}", values
        yield from _inner(inside, f"{path}{name}/", depth + 1)


def _variables(group: Group) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    while len(found) < _MOST and (value := group.array(f"vars/{len(found)}")) is not None:
        found.append(value)
    return found


def _fill_named(net: Net, group: Group) -> None:
    """Read the layout of Keras 2: a list for each layer of the model, by its name."""
    lists = {name: _listed(group, name) for name in group.texts("layer_names") or []}
    names = list(net.layers)
    with_weights = [name for name, found in lists.items() if found]
    if not set(with_weights) <= set(names):
        # Saved in another session, with other names: the same layers in the same order.
        wanted = [name for name, item in net.layers.items() if _takes_weights(item)]
        if len(wanted) != len(with_weights):
            raise ExplorerError(
                f"{group.where} has weights of {len(with_weights)} layers, the model has "
                f"{len(wanted)} layers with weights: they are of different models."
            )
        lists = {name: lists[other] for name, other in zip(wanted, with_weights, strict=True)}
    for name, found in lists.items():
        item = net.layers.get(name)
        if isinstance(item, Layer):
            item.weights = found
        elif item is not None:
            _part(item, found)


def _listed(group: Group, name: str) -> list[np.ndarray]:
    own = group.group(name)
    found = []
    for path in (own.texts("weight_names") or []) if own is not None else []:
        assert own is not None
        value = own.array(path)
        if value is None:
            raise ExplorerError(f"{own.where} lacks the weights {path!r}: the file is damaged.")
        found.append(value)
    return found


def _part(net: Net, values: list[np.ndarray]) -> None:
    """Part one list among the layers of a model: first all that are trained, then the others."""
    wanted = [
        (layer, trained and layer.config.get("trainable", True) is not False)
        for layer in _leaves(net)
        if layer.known
        for _, _, trained in layers.weights(layer, (1,) * 5)
    ]
    if len(wanted) != len(values):
        raise ExplorerError(
            f"{net.name!r} has {len(wanted)} arrays of weights by its layers, the file holds "
            f"{len(values)}: a layer of its owner's may be among them, or the file is damaged."
        )
    order = [*(x for x, trained in wanted if trained), *(x for x, trained in wanted if not trained)]
    for layer, value in zip(order, values, strict=True):
        layer.weights.append(value)


def _takes_weights(item: Layer | Net) -> bool:
    return any(layer.known and layers.weights(layer, (1,) * 5) for layer in _leaves(item))


def _leaves(item: Layer | Net) -> Iterator[Layer]:
    if isinstance(item, Layer):
        yield item
        return
    for inner in item.layers.values():
        yield from _leaves(inner)


def _snake_case(name: str) -> str:
    """Return the name of a class as Keras writes it in files."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
