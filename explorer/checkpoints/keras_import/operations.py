"""Calls of functions in a model (`x / 255`, `keras.ops.exp`), read as the layers they amount to."""

from typing import Any

from explorer.checkpoints.keras_import.graph import Layer

NOISE = "noise"  # draws random numbers: nothing of it is left where no noise is wanted
_ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "elu": "elu",
    "selu": "selu",
    "softplus": "softplus",
    "exp": "exponential",
}
_PAIRS = {"add": "Add", "addv2": "Add", "subtract": "Subtract", "multiply": "Multiply"}
_DIVISIONS = ("divide", "truedivide", "truediv")


def read(layer: Layer, call: Any) -> Layer:
    """Return what a call of a function amounts to; a layer of another kind as it is.

    Args:
        layer: As the file tells of it.
        call: Its first call, as the file tells of it.
    """
    function = _function(layer)
    if function is None:
        return layer
    if "random" in function or function in ("normal", "truncatednormal"):
        return Layer(layer.name, NOISE, {}, known=False)
    name = function.rsplit(".", 1)[-1]
    if name in _ACTIVATIONS:
        return Layer(layer.name, "Activation", {"activation": _ACTIVATIONS[name]})
    tensors, numbers, first = _arguments(call)
    if name in _PAIRS and tensors == 2 and not numbers:
        return Layer(layer.name, _PAIRS[name], {})
    if len(numbers) == 1 and tensors == 1 and isinstance(numbers[0], int | float):
        scale = _scale(name, float(numbers[0]), first)
        if scale is not None:
            return Layer(layer.name, "Rescaling", {"scale": scale[0], "offset": scale[1]})
    if name == "reshape" and tensors == 1 and len(numbers) == 1 and isinstance(numbers[0], list):
        shape = numbers[0]
        if len(shape) > 1 and shape[0] in (-1, None):
            return Layer(layer.name, "Reshape", {"target_shape": shape[1:]})
    return layer


def _function(layer: Layer) -> str | None:
    """Return the name of a function in small letters; None if the layer is no call of one."""
    if layer.kind.startswith("ops."):
        return layer.kind[4:].lower()
    if layer.kind == "TFOpLambda":
        return str(layer.config.get("function", "")).replace("__operators__.", "").lower()
    return None


def _scale(name: str, number: float, first: bool) -> tuple[float, float] | None:
    """Return scale and offset of an operation on a tensor and a number.

    Args:
        name: The operation.
        number: The number.
        first: Whether the tensor comes before the number.
    """
    if name in ("add", "addv2"):
        return 1.0, number
    if name == "multiply":
        return number, 0.0
    if name == "subtract":
        return (1.0, -number) if first else (-1.0, number)
    if name in _DIVISIONS and first and number:
        return 1.0 / number, 0.0
    return None


def _arguments(call: Any) -> tuple[int, list[Any], bool]:
    """Return how many tensors a call takes, its other arguments, and if a tensor comes first."""
    found: list[Any] = []
    if isinstance(call, dict):  # Keras 3
        values = [*call.get("args", []), *_named(call.get("kwargs", {}))]
        found = [_TENSOR if _is_tensor(value) else value for value in values]
    elif isinstance(call, list):  # Keras 2
        for item in [call] if call and isinstance(call[0], str) else call:
            if not isinstance(item, list) or len(item) < 3:
                continue
            found.append(item[2] if item[0] == "_CONSTANT_VALUE" else _TENSOR)
            for value in _named(item[3] if len(item) > 3 else {}):
                found.append(_TENSOR if _is_tensor(value) else value)
    tensors = sum(value is _TENSOR for value in found)
    others = [value for value in found if value is not _TENSOR and value is not None]
    return tensors, others, bool(found) and found[0] is _TENSOR


_TENSOR = object()


def _named(values: Any) -> list[Any]:
    skipped = ("name", "dtype", "approximate")
    return [v for k, v in values.items() if k not in skipped] if isinstance(values, dict) else []


def _is_tensor(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("class_name") == "__keras_tensor__"
    return (
        isinstance(value, list)
        and len(value) >= 3
        and isinstance(value[0], str)
        and type(value[1]) is int
    )
