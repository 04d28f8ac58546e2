"""The layers that may be in an imported model: their settings, and the shapes of their weights."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.checkpoints.keras_import.graph import Layer, Shape
from explorer.core.errors import ExplorerError

Weight = tuple[str, Shape, bool]  # its name, its shape, whether it is trained
Weights = Callable[[Mapping[str, Any], Shape], list[Weight]]

ACTIVATIONS = (
    *("celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear"),
    *("log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus"),
    *("softsign", "swish", "tanh"),
)


@dataclass(frozen=True)
class Allowed:
    """What is known of a layer.

    Attributes:
        settings: Its arguments that change what it computes.
        weights: Of its settings and the shape of what it takes, the weights that it must have.
        idle: Whether it does nothing outside of training.
    """

    settings: tuple[str, ...] = ()
    weights: Weights = lambda settings, shape: []
    idle: bool = False


def _bias(settings: Mapping[str, Any], units: int) -> list[Weight]:
    return [("bias", (units,), True)] if settings.get("use_bias", True) else []


def _dense(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    units = settings["units"]
    return [("kernel", (shape[-1], units), True), *_bias(settings, units)]


def _conv(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    filters = settings["filters"]
    channels = shape[-1] // max(1, settings.get("groups") or 1)
    kernel = (*_kernel(settings, shape), channels, filters)
    return [("kernel", kernel, True), *_bias(settings, filters)]


def _transposed(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    filters = settings["filters"]
    kernel = (*_kernel(settings, shape), filters, shape[-1])
    return [("kernel", kernel, True), *_bias(settings, filters)]


def _depthwise(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    many = settings.get("depth_multiplier", 1)
    kernel = (*_kernel(settings, shape), shape[-1], many)
    return [("depthwise_kernel", kernel, True), *_bias(settings, shape[-1] * many)]


def _separable(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    many, filters = settings.get("depth_multiplier", 1), settings["filters"]
    size = _kernel(settings, shape)
    return [
        ("depthwise_kernel", (*size, shape[-1], many), True),
        ("pointwise_kernel", (*(1,) * len(size), shape[-1] * many, filters), True),
        *_bias(settings, filters),
    ]


def _kernel(settings: Mapping[str, Any], shape: Shape) -> Shape:
    size = settings["kernel_size"]
    return tuple(size) if isinstance(size, list | tuple) else (size,) * (len(shape) - 1)


def _axis(settings: Mapping[str, Any], shape: Shape) -> Shape:
    axes = settings.get("axis", -1)
    axes = axes if isinstance(axes, list | tuple) else [axes]
    # The first axis is the batch.
    return tuple((0, *shape)[axis] for axis in axes)


def _normalized(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    size = _axis(settings, shape)
    scale = [("gamma", size, True)] if settings.get("scale", True) else []
    return [*scale, *([("beta", size, True)] if settings.get("center", True) else [])]


def _batch(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    size = _axis(settings, shape)
    moving: list[Weight] = [("moving_mean", size, False), ("moving_variance", size, False)]
    return [*_normalized(settings, shape), *moving]


def _prelu(settings: Mapping[str, Any], shape: Shape) -> list[Weight]:
    shared = settings.get("shared_axes") or []
    shared = shared if isinstance(shared, list | tuple) else [shared]
    size = tuple(1 if i + 1 in shared else n for i, n in enumerate(shape))
    return [("alpha", size, True)]


_CONV = ("filters", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias")
_POOL = ("pool_size", "strides", "padding")
_IDLE = Allowed(idle=True)

LAYERS: dict[str, Allowed] = {
    "Activation": Allowed(("activation",)),
    "ActivityRegularization": _IDLE,
    "Add": Allowed(),
    "AlphaDropout": _IDLE,
    "Average": Allowed(),
    "AveragePooling1D": Allowed(_POOL),
    "AveragePooling2D": Allowed(_POOL),
    "BatchNormalization": Allowed(("axis", "epsilon", "center", "scale"), _batch),
    "Concatenate": Allowed(("axis",)),
    "Conv1D": Allowed((*_CONV, "groups"), _conv),
    "Conv1DTranspose": Allowed((*_CONV, "output_padding"), _transposed),
    "Conv2D": Allowed((*_CONV, "groups"), _conv),
    "Conv2DTranspose": Allowed((*_CONV, "output_padding"), _transposed),
    "Cropping1D": Allowed(("cropping",)),
    "Cropping2D": Allowed(("cropping",)),
    "Dense": Allowed(("units", "activation", "use_bias"), _dense),
    "DepthwiseConv2D": Allowed((*_CONV[1:], "depth_multiplier"), _depthwise),
    "Dropout": _IDLE,
    "ELU": Allowed(("alpha",)),
    "Flatten": Allowed(),
    "GaussianDropout": _IDLE,
    "GaussianNoise": _IDLE,
    "GlobalAveragePooling2D": Allowed(("keepdims",)),
    "GlobalMaxPooling2D": Allowed(("keepdims",)),
    "GroupNormalization": Allowed(("groups", "axis", "epsilon", "center", "scale"), _normalized),
    "Identity": _IDLE,
    "InputLayer": _IDLE,
    "LayerNormalization": Allowed(("axis", "epsilon", "center", "scale"), _normalized),
    "LeakyReLU": Allowed(("negative_slope",)),
    "MaxPooling1D": Allowed(_POOL),
    "MaxPooling2D": Allowed(_POOL),
    "Maximum": Allowed(),
    "Minimum": Allowed(),
    "Multiply": Allowed(),
    "PReLU": Allowed(("shared_axes",), _prelu),
    "Permute": Allowed(("dims",)),
    "RandomFlip": _IDLE,
    "RandomRotation": _IDLE,
    "RandomTranslation": _IDLE,
    "RandomZoom": _IDLE,
    "ReLU": Allowed(("max_value", "negative_slope", "threshold")),
    "RepeatVector": Allowed(("n",)),
    "Rescaling": Allowed(("scale", "offset")),
    "Reshape": Allowed(("target_shape",)),
    "Resizing": Allowed(("height", "width", "interpolation")),
    "SeparableConv2D": Allowed((*_CONV, "depth_multiplier"), _separable),
    "Softmax": Allowed(("axis",)),
    "SpatialDropout1D": _IDLE,
    "SpatialDropout2D": _IDLE,
    "Subtract": Allowed(),
    "UnitNormalization": Allowed(("axis",)),
    "UpSampling1D": Allowed(("size",)),
    "UpSampling2D": Allowed(("size", "interpolation")),
    "ZeroPadding1D": Allowed(("padding",)),
    "ZeroPadding2D": Allowed(("padding",)),
}

_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}}  # since Keras 3


def settings(layer: Layer) -> dict[str, Any]:
    """Return the arguments that build a layer; those that change nothing are left out.

    Raises:
        ExplorerError: If it keeps channels first, or an argument is absurd.
    """
    renamed = _RENAMED.get(layer.kind, {})
    config = {renamed.get(key, key): value for key, value in layer.config.items()}
    if config.get("data_format") == "channels_first":
        raise ExplorerError(
            f"{layer.name!r} keeps the channels first (data_format='channels_first'), which runs "
            "on GPUs alone: save the model with channels last."
        )
    found = {
        key: config[key]
        for key in LAYERS[layer.kind].settings
        if key in config and not (config[key] is None and key != "max_value")
    }
    axis = found.get("axis")
    if layer.kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        found["axis"] = axis[0]  # so Keras 2 has it
    for key, value in found.items():
        for number in value if isinstance(value, list | tuple) else [value]:
            _check(layer, key, number)
    return found


def _check(layer: Layer, key: str, value: Any) -> None:
    """Refuse a setting that no layer has: too large, negative, not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    smallest = (
        1 if key in ("units", "filters", "kernel_size", "strides", "pool_size", "n") else -1e6
    )
    if not math.isfinite(value) or not smallest <= value <= 1e6:
        raise ExplorerError(f"{layer.name!r} has an absurd {key}. Received: {value!r}.")


def weights(layer: Layer, shape: Shape) -> list[Weight]:
    """Return the weights that a layer must have for what it takes.

    Raises:
        ExplorerError: If its settings do not allow any.
    """
    try:
        return LAYERS[layer.kind].weights(settings(layer), shape)
    except (KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        raise ExplorerError(
            f"{layer.name!r} ({layer.kind}) has settings that do not fit what it takes, {shape}."
        ) from error
