"""Encoder and decoder as two ONNX files: given the inputs and outputs that a checkpoint has.

Their nodes stay as they are; before and behind them come those that bring pixels to the model's
scale and shape. The graphs remain somebody else's: they run in a process of their own.
"""

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints.keras_import import look, onnx_file, scale
from explorer.checkpoints.keras_import.look import Look, Reconstruct
from explorer.checkpoints.keras_import.read import Brought
from explorer.checkpoints.keras_import.scale import UNIT, Scale
from explorer.checkpoints.onnx import Decoder, Encoder
from explorer.core.errors import ExplorerError
from explorer.datasets.base import Dataset

_PREFIX, _THEIRS = "explorer_", "model_"
_SPREAD = ("var", "sig", "std")


def look_at(
    brought: Brought, data: Dataset, place: Path, bottleneck: str = "", pixel_scale: str = ""
) -> Look:
    """Give two graphs the inputs and outputs of a checkpoint's; find the scale of their pixels.

    Args:
        brought: What the files hold.
        data: The test images.
        place: A folder for the two graphs; who uses what is returned keeps it.
        bottleneck: Must be "": they are parted already.
        pixel_scale: As `scale.parse` takes it; "": the one that gives images back best.

    Raises:
        ExplorerError: If they are not encoder and decoder of such images.
    """
    if bottleneck:
        raise look.parted()
    shape, given = data.info.image_shape, scale.parse(pixel_scale) if pixel_scale else None
    if brought.nets or len(brought.graphs) != 2:
        raise ExplorerError(
            "Give two ONNX files, the encoder and the decoder. Received: "
            f"{', '.join([*brought.graphs, *brought.nets])[:200]}."
        )
    look.check_size(brought, shape)
    pair = look.roles(
        {
            name: (model, math.prod(onnx_file.input_of(model)[1]) == math.prod(shape))
            for name, model in brought.graphs.items()
        }
    )
    encoder, decoder = _Part(pair[0], "encoder", shape), _Part(pair[1], "decoder", shape)
    notes: list[str] = []
    codes = encoder.wrap_encoder(place / "encoder.onnx", UNIT, math.prod(decoder.takes), notes)
    decoder.wrap_decoder(place / "decoder.onnx", UNIT)
    reconstruct = _reconstruct(place)
    trials, more = look.find_scale(data, reconstruct, given, decoder.is_bounded)
    takes, gives = trials[0].takes, trials[0].gives
    if not (takes.is_plain and gives.is_plain):
        encoder.wrap_encoder(place / "encoder.onnx", takes, math.prod(decoder.takes), [])
        decoder.wrap_decoder(place / "decoder.onnx", gives)
        reconstruct = _reconstruct(place)
    bounded = gives.logits or (gives.is_plain and decoder.is_bounded)
    return Look(
        kind="vae" if codes == 2 else "ae",
        z_dim=math.prod(decoder.takes),
        architecture="onnx",
        loss="bce" if bounded else "mse",
        bounded=bounded,
        trials=trials,
        reconstruct=reconstruct,
        write=lambda folder: _copied(place, folder),
        parameters=encoder.parameters + decoder.parameters,
        about={
            "formats": brought.formats,
            "keras_version": "",
            "bottleneck": "",
            "bottlenecks": [],
            "takes": list(encoder.takes),
            "gives": list(decoder.gives),
            "encoder": encoder.rows(),
            "decoder": decoder.rows(),
        },
        notes=[*notes, *more],
    )


def _reconstruct(place: Path) -> Reconstruct:
    encoder, decoder = Encoder(place / "encoder.onnx"), Decoder(place / "decoder.onnx")
    return lambda images: decoder.decode(encoder.encode(images).z_mean)


def _copied(place: Path, folder: Path) -> dict[str, float]:
    for name in ("encoder.onnx", "decoder.onnx"):
        shutil.copyfile(place / name, folder / name)
    return {}


class _Part:
    """An encoder or a decoder.

    Attributes:
        takes, gives: Shape of its input and of its first output, without the batch.
    """

    def __init__(self, model: Any, part: str, image: Sequence[int]) -> None:
        self._model, self._part, self._image = model, part, tuple(image)
        self._input, self.takes = onnx_file.input_of(model)
        self._sizes = self._tried()
        self.gives = next(iter(self._sizes.values()))

    @property
    def parameters(self) -> int:
        """Number of weights."""
        return sum(math.prod(t.dims) for t in self._model.graph.initializer if t.data_type == 1)

    @property
    def is_bounded(self) -> bool:
        """Whether it ends in a sigmoid, but for how pixels are arranged."""
        made = {name: node for node in self._model.graph.node for name in node.output}
        name = next(iter(self._sizes))
        while name in made and made[name].op_type in ("Reshape", "Transpose", "Identity"):
            name = made[name].input[0]
        return name in made and made[name].op_type in ("Sigmoid", "HardSigmoid")

    def rows(self) -> list[dict[str, Any]]:
        """Return its nodes that have weights, as the layers of a Keras model are told."""
        sizes = {t.name: math.prod(t.dims) for t in self._model.graph.initializer}
        return [
            {
                "name": (node.name or node.output[0])[:80],
                "kind": node.op_type,
                "shape": [],
                "parameters": sum(sizes[name] for name in node.input if name in sizes),
            }
            for node in self._model.graph.node
            if any(sizes.get(name, 0) > 1 for name in node.input)
        ]

    def _tried(self) -> dict[str, tuple[int, ...]]:
        """Run it on three inputs; return the shapes of its outputs, by their names."""
        from explorer.checkpoints.apart import Apart, Broken

        names = [output.name for output in self._model.graph.output]
        try:
            apart = Apart(_bytes(_copy(self._model)))
            outputs = apart.run(np.zeros((3, *self.takes), np.float32))
            apart.close()
        except Broken as error:
            raise ExplorerError(
                f"The {self._part} cannot be used because {error}: export it for a batch of any "
                "size (dynamic_axes in PyTorch), without operations of its own."
            ) from error
        if any(len(output) != 3 for output in outputs) or len(outputs) != len(names):
            raise ExplorerError(f"The {self._part} does not give one output for each input.")
        return {name: output.shape[1:] for name, output in zip(names, outputs, strict=True)}

    def wrap_encoder(self, path: Path, takes: Scale, z_dim: int, notes: list[str]) -> int:
        """Write the graph from images in [0, 1] to codes; return how many outputs it has."""
        fitting = [name for name, shape in self._sizes.items() if math.prod(shape) == z_dim]
        packed = [name for name, shape in self._sizes.items() if math.prod(shape) == 2 * z_dim]
        if not fitting and not packed:
            raise ExplorerError(
                f"The encoder does not give what the decoder takes: it gives "
                f"{' and '.join(map(str, self._sizes.values()))}, the decoder takes {z_dim} "
                "numbers. Give the two of one model."
            )
        graph = _Wrapped(self._model)
        if graph.silence():
            notes.append("The encoder draws the code at random: it is taken without the noise.")
        x = graph.scaled("image", takes.scale, takes.offset)
        graph.arrange(x, self._image, self.takes, self._input)
        if fitting:
            names = _ordered(fitting)
            parts = [graph.reshaped(_THEIRS + name, (z_dim,)) for name in names]
        else:
            notes.append(
                f"The encoder gives {2 * z_dim} numbers and the decoder takes {z_dim}: the first "
                "half is taken as the mean, the second as the logarithm of the variance."
            )
            flat = graph.reshaped(_THEIRS + packed[0], (2 * z_dim,))
            parts = [
                graph.add("Gather", [flat, graph.whole(list(range(start, start + z_dim)))], axis=1)
                for start in (0, z_dim)
            ]
        outputs = dict(zip(("z_mean", "z_log_var")[: len(parts)], parts, strict=True))
        graph.write(path, "image", self._image, outputs, z_dim)
        return len(parts)

    def wrap_decoder(self, path: Path, gives: Scale) -> None:
        """Write the graph from codes to images in [0, 1]."""
        images = [n for n, s in self._sizes.items() if math.prod(s) == math.prod(self._image)]
        if not images:
            raise ExplorerError(
                f"The decoder gives {' and '.join(map(str, self._sizes.values()))}, the images of "
                f"the data set have {self._image}: choose the data set that it was trained on."
            )
        graph = _Wrapped(self._model)
        graph.feed(graph.reshaped("z", self.takes), self._input)
        x = graph.arranged(_THEIRS + images[0], self._sizes[images[0]], self._image)
        if gives.logits:
            x = graph.add("Sigmoid", [x])
        else:
            x = graph.scaled(x, 1 / gives.scale, -gives.offset / gives.scale)
        z = math.prod(self.takes)
        graph.write(path, "z", (z,), {"image": x}, self._image)


class _Wrapped:
    """A copy of a model to which nodes are added."""

    def __init__(self, model: Any) -> None:
        from onnx import compose

        # Under names that are none of ours.
        self._model = compose.add_prefix(_copy(model), _THEIRS)
        self._graph = self._model.graph
        self._before: list[Any] = []
        self._behind: list[Any] = []
        self._count = 0

    def add(self, kind: str, inputs: list[str], **settings: Any) -> str:
        """Add a node behind those that are there; return the name of what it gives."""
        return self._node(self._behind, kind, inputs, **settings)

    def _node(self, nodes: list[Any], kind: str, inputs: list[str], **settings: Any) -> str:
        from onnx import helper

        self._count += 1
        name = f"{_PREFIX}{self._count}"
        nodes.append(helper.make_node(kind, inputs, [name], **settings))
        return name

    def whole(self, values: list[int]) -> str:
        """Add whole numbers; return their name."""
        return self._constant(np.array(values, np.int64))

    def _constant(self, value: np.ndarray) -> str:
        from onnx import numpy_helper

        self._count += 1
        name = f"{_PREFIX}{self._count}"
        self._graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def scaled(self, x: str, factor: float, offset: float) -> str:
        """Add `factor · x + offset`; the image of an encoder comes first of all."""
        nodes = self._before if x == "image" else self._behind
        if factor != 1:
            x = self._node(nodes, "Mul", [x, self._constant(np.float32(factor).reshape(1))])
        if offset:
            x = self._node(nodes, "Add", [x, self._constant(np.float32(offset).reshape(1))])
        return x

    def reshaped(self, x: str, shape: Sequence[int]) -> str:
        """Add a change of shape; a code of a decoder comes first of all."""
        nodes = self._before if x == "z" else self._behind
        return self._node(nodes, "Reshape", [x, self.whole([-1, *shape])])

    def arrange(self, x: str, own: Sequence[int], wanted: Sequence[int], name: str) -> None:
        """Bring images (n, h, w, c) into the shape that the model takes, and feed them to it."""
        if _is_channels_first(wanted, own):
            x = self._node(self._before, "Transpose", [x], perm=[0, 3, 1, 2])
        self.feed(self._node(self._before, "Reshape", [x, self.whole([-1, *wanted])]), name)

    def arranged(self, x: str, own: Sequence[int], wanted: Sequence[int]) -> str:
        """Add what brings the model's images into (n, h, w, c)."""
        if _is_channels_first(own, wanted):
            x = self.reshaped(x, (wanted[2], wanted[0], wanted[1]))
            return self.add("Transpose", [x], perm=[0, 2, 3, 1])
        return self.reshaped(x, wanted)

    def feed(self, x: str, name: str) -> None:
        """Give the model what was made, as its input of that name."""
        from onnx import helper

        self._before.append(helper.make_node("Identity", [x], [_THEIRS + name]))

    def silence(self) -> bool:
        """Put zeros in the place of noise; return whether there is any."""
        from onnx import helper, numpy_helper

        found = False
        for index, node in enumerate(self._graph.node):
            if node.op_type not in onnx_file.NOISE:
                continue
            found = True
            (name,) = node.output
            if node.input:
                zero = self._constant(np.zeros(1, np.float32))
                new = helper.make_node("Mul", [node.input[0], zero], [name])
            else:
                shape = next((list(a.ints) for a in node.attribute if a.name == "shape"), [1])
                value = numpy_helper.from_array(np.zeros([1, *shape[1:]], np.float32))
                new = helper.make_node("Constant", [], [name], value=value)
            self._graph.node[index].CopyFrom(new)
        return found

    def write(
        self, path: Path, name: str, shape: Sequence[int], outputs: dict[str, str], sizes: Any
    ) -> None:
        """Write it: one input of that name and shape, the outputs under their new names."""
        from onnx import TensorProto, helper

        graph = self._graph
        sizes = sizes if isinstance(sizes, tuple) else (sizes,)
        for new, old in outputs.items():
            self._behind.append(helper.make_node("Identity", [old], [new]))
        nodes = [*self._before, *graph.node, *self._behind]
        del graph.node[:], graph.input[:], graph.output[:], graph.value_info[:]
        graph.node.extend(_needed(nodes, set(outputs)))
        kind = TensorProto.FLOAT
        graph.input.append(helper.make_tensor_value_info(name, kind, ["n", *shape]))
        graph.output.extend(
            helper.make_tensor_value_info(new, kind, ["n", *sizes]) for new in outputs
        )
        path.write_bytes(_bytes(self._model))


def _is_channels_first(shape: Sequence[int], image: Sequence[int]) -> bool:
    return image[2] > 1 and tuple(shape) == (image[2], image[0], image[1])


def _needed(nodes: list[Any], outputs: set[str]) -> list[Any]:
    """Return the nodes that lead to some outputs."""
    kept = []
    for node in reversed(nodes):
        if outputs & set(node.output):
            kept.append(node)
            outputs |= set(node.input)
    return kept[::-1]


def _ordered(names: list[str]) -> list[str]:
    """Return mean and logarithm of the variance of a VAE's outputs, or the code alone."""
    first, *others = names
    if others and any(word in first.lower() for word in _SPREAD):
        return [others[0], first]
    return names[:2]


def _copy(model: Any) -> Any:
    """Return a copy for a batch of any size."""
    import onnx

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    weights = {tensor.name for tensor in copy.graph.initializer}
    for value in (*copy.graph.input, *copy.graph.output):
        if value.name not in weights and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "n"
    kept = [value for value in copy.graph.input if value.name not in weights]
    del copy.graph.input[:]
    copy.graph.input.extend(kept)
    return copy


def _bytes(model: Any) -> bytes:
    return bytes(model.SerializeToString())
