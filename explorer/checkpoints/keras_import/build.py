"""Build the models anew with Keras, from layers that are data alone."""

import math
import re
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from explorer.checkpoints.keras_import import layers
from explorer.checkpoints.keras_import.graph import Graph, Layer, Shape
from explorer.checkpoints.keras_import.scale import Scale
from explorer.checkpoints.keras_import.split import Split
from explorer.core.errors import ExplorerError
from explorer.models.layers import activation

_MAX_NUMBERS = 2_000_000  # of one tensor for one image: pages decode many at a time
_MAX_MULTIPLICATIONS = 3_000_000_000  # for one image
_SAME = {"celu": "elu"}  # of these the first cannot be exported to ONNX
_PAIRS = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")


class Builder:
    """Makes the layers of a model with Keras, each once.

    Args:
        generation: Of the Keras that wrote the file: 2 or 3.
        custom: Layers of its owner's, by their names, see `code.classes`.
    """

    def __init__(self, generation: int, custom: Mapping[str, Any] | None = None) -> None:
        self._generation = generation
        self._custom = custom or {}
        self._layers: dict[Layer, list[Any]] = {}
        self._names: set[str] = set()
        self.multiplications = 0.0

    def shape_of(self, layer: Layer, shapes: list[Shape]) -> Shape:
        """Return the shape of what a layer makes; nothing is allocated.

        Raises:
            ExplorerError: If its weights do not fit what it takes, or it cannot be built.
        """
        if not layer.known:
            return self._shape_of_custom(layer, shapes)
        shape = shapes[0]
        for wanted, found in _pairs(layers.weights(layer, shape), layer.weights):
            if wanted is None or found is None or wanted[1] != found.shape:
                told = "none" if found is None else str(found.shape)
                needs = "no more" if wanted is None else f"{wanted[0]} of shape {wanted[1]}"
                raise ExplorerError(
                    f"The weights do not fit the layers: {layer.name!r} ({layer.kind}), which "
                    f"takes {shape}, needs {needs}; the file has {told}. Are architecture and "
                    "weights of the same model?"
                )
        made = shapes if layer.kind in _PAIRS else shape
        try:
            for each in self._made(layer):
                made = _sizes(each, made)
        except ExplorerError:
            raise
        except Exception as error:  # what Keras raises for settings it refuses shares no base class
            raise _refused(layer, error) from error
        return self._checked(layer, shape, made)

    def has(self, layer: Layer) -> bool:
        """Whether its owner's code defines a layer."""
        return layer.kind in self._custom

    def _shape_of_custom(self, layer: Layer, shapes: list[Shape]) -> Shape:
        try:
            given = [keras.KerasTensor((None, *shape)) for shape in shapes]
            (each,) = self._made(layer)
            made = each(given if len(given) > 1 else given[0])
            return self._checked(layer, shapes[0], tuple(made.shape[1:]))
        except ExplorerError:
            raise
        except Exception as error:  # whatever the code of somebody else raises
            raise _refused(layer, error) from error

    def _checked(self, layer: Layer, shape: Shape, made: Any) -> Shape:
        if not isinstance(made, tuple) or not all(type(n) is int and n > 0 for n in made):
            raise ExplorerError(f"{layer.name!r} makes something of no fixed size from {shape}.")
        if math.prod(made) > _MAX_NUMBERS:
            raise ExplorerError(
                f"{layer.name!r} makes {math.prod(made):,} numbers of an image, more than the "
                f"{_MAX_NUMBERS:,} that are allowed."
            )
        self._count(layer, made)
        return made

    def _count(self, layer: Layer, shape: Shape) -> None:
        if layer.weights and layer.weights[0].ndim > 1:
            places = math.prod(shape[:-1]) if layer.weights[0].ndim > 2 else 1
            self.multiplications += layer.weights[0].size * places
        if self.multiplications > _MAX_MULTIPLICATIONS:
            raise ExplorerError(
                "The model computes too long for one image to be explored by hand: more than "
                f"{_MAX_MULTIPLICATIONS:,} multiplications."
            )

    def _made(self, layer: Layer) -> list[Any]:
        """Return the layers of Keras that do what a layer does, the last ones its activation."""
        if layer not in self._layers and not layer.known:
            config = {key: value for key, value in layer.config.items() if key != "name"}
            made = self._custom[layer.kind].from_config({**config, "name": self._free_name(layer)})
            self._layers[layer] = [made]
        if layer not in self._layers:
            settings = layers.settings(layer)
            behind: list[Any] = []
            if "activation" in settings:
                name, behind = self._activation(layer, settings["activation"])
                settings["activation"] = name
            kind = getattr(keras.layers, layer.kind)
            self._layers[layer] = [kind(**settings, name=self._free_name(layer)), *behind]
        return self._layers[layer]

    def _activation(self, layer: Layer, value: Any) -> tuple[Any, list[Any]]:
        """Return the name of an activation; what is a layer comes behind a linear one."""
        if isinstance(value, dict) and value.get("class_name") in layers.LAYERS:
            config = value.get("config")
            own = Layer(layer.name, value["class_name"], config if isinstance(config, dict) else {})
            return "linear", self._made(own)
        if isinstance(value, dict):
            value = value.get("config")
            value = value.get("name") if isinstance(value, dict) else value
        if value == "hard_sigmoid" and self._generation < 3:
            # Keras 3 has another function of this name.
            return "linear", [keras.layers.Rescaling(0.2, 0.5), keras.layers.ReLU(max_value=1.0)]
        if value not in layers.ACTIVATIONS:
            raise ExplorerError(
                f"{layer.name!r} has an activation that is not one of Keras: "
                f"{str(value)[:60]!r}. Choose one of {', '.join(layers.ACTIVATIONS)}."
            )
        return activation(_SAME.get(value, value)), []

    def _free_name(self, layer: Layer) -> str:
        name = re.sub(r"[^A-Za-z0-9_]+", "_", layer.name.rsplit("/", 1)[-1]).strip("_") or "layer"
        free, number = name, 1
        while free in self._names:
            free, number = f"{name}_{number}", number + 1
        self._names.add(free)
        return free

    def _run(self, graph: Graph, *given: Any) -> list[Any]:
        made = dict(zip(graph.inputs, given, strict=True))
        for node in graph.nodes:
            tensors = [made[tensor] for tensor in node.inputs]
            many = node.layer.kind in _PAIRS or len(tensors) > 1
            x = tensors if many else tensors[0]
            for each in self._made(node.layer):
                x = each(x)
            made.update(dict.fromkeys(node.outputs, x))
        return [made[tensor] for tensor in graph.outputs]

    def encoder(self, split: Split, image_shape: Shape, scale: Scale) -> Any:
        """Build the encoder.

        Input: images (batch, h, w, c) in [0, 1]. Outputs: as `models.networks.build_encoder`.
        """
        image = keras.Input(image_shape, name="image")
        x = image
        if not scale.is_plain:
            x = keras.layers.Rescaling(scale.scale, scale.offset, name="to_scale")(x)
        x = _reshaped(x, split.encoder.shapes[split.encoder.inputs[0]])
        outputs = [_reshaped(output, None) for output in self._run(split.encoder, x)]
        if split.packed:
            (both,) = outputs
            outputs = [both[:, : split.z_dim], both[:, split.z_dim :]]
        if len(outputs) == 2 and split.factor != 1:
            outputs[1] = keras.layers.Rescaling(split.factor, name="to_log_var")(outputs[1])
        model = keras.Model(image, outputs if len(outputs) > 1 else outputs[0], name="encoder")
        self._fill(split.encoder)
        return model

    def decoder(self, split: Split, image_shape: Shape, scale: Scale) -> Any:
        """Build the decoder. Input: codes (batch, z_dim). Output: images (batch, h, w, c)."""
        z = keras.Input((split.z_dim,), name="z")
        (x,) = self._run(split.decoder, _reshaped(z, split.decoder.shapes[split.decoder.inputs[0]]))
        x = _reshaped(x, image_shape)
        if scale.logits:
            x = keras.layers.Activation("sigmoid", name="to_pixels")(x)
        elif not scale.is_plain:
            inverse = 1 / scale.scale, -scale.offset / scale.scale
            x = keras.layers.Rescaling(*inverse, name="to_pixels")(x)
        model = keras.Model(z, x, name="decoder")
        self._fill(split.decoder)
        return model

    def _fill(self, graph: Graph) -> None:
        for node in graph.nodes:
            layer = node.layer
            if layer.known and layer.weights:
                self._made(layer)[0].set_weights(layer.weights)
            elif layer.weights or layer.inner:
                self._fill_custom(layer)

    def _fill_custom(self, layer: Layer) -> None:
        (made,) = self._made(layer)
        try:
            if layer.weights and not layer.inner:
                made.set_weights(layer.weights)
                return
            for path, values in {"": layer.weights, **layer.inner}.items():
                inside = made
                for part in filter(None, path.split("/")):
                    inside = getattr(inside, part)
                below = {id(weight) for each in _below(inside) for weight in each.weights}
                own = [weight for weight in inside.weights if id(weight) not in below]
                for weight, value in zip(own, values, strict=True):
                    weight.assign(value)
        except Exception as error:  # whatever the code of somebody else raises
            raise _refused(layer, error) from error


def _below(layer: Any) -> list[Any]:
    """Return the layers that are attributes of a layer."""
    return [value for value in vars(layer).values() if isinstance(value, keras.layers.Layer)]


def _reshaped(x: Any, shape: Shape | None) -> Any:
    """Return a tensor in another shape; None: flat."""
    own = tuple(x.shape[1:])
    shape = (math.prod(own),) if shape is None else shape
    return x if own == shape else keras.layers.Reshape(shape)(x)


def _sizes(layer: Any, shapes: Any) -> Any:
    """Return the shape that a layer of Keras makes of a shape, or of a list of shapes."""
    many = isinstance(shapes, list)
    given = [(None, *shape) for shape in shapes] if many else (None, *shapes)
    return tuple(layer.compute_output_shape(given)[1:])


def _pairs(
    wanted: list[layers.Weight], found: list[np.ndarray]
) -> list[tuple[layers.Weight | None, np.ndarray | None]]:
    n = max(len(wanted), len(found))
    return list(
        zip(
            [*wanted, *[None] * (n - len(wanted))],
            [*found, *[None] * (n - len(found))],
            strict=True,
        )
    )


def _refused(layer: Layer, error: Exception) -> ExplorerError:
    reason = " ".join(str(error).split())[:200]
    return ExplorerError(
        f"{layer.name!r} ({layer.kind}) cannot be built with the settings in the file: {reason}"
    )
