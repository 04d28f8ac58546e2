"""Broken and hostile files of models: each is refused in a sentence, and nothing else happens."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from explorer.checkpoints.keras_import import bring, files, read
from explorer.core.errors import ExplorerError
from tests.checkpoints.keras_import import made, shapes
from tests.checkpoints.keras_import.made import dense, layer, model

Make = Callable[[Path], Any]


def _look(*paths: Path, bottleneck: str = "", scale: str = "") -> None:
    brought = read.read([(path, path.name, "") for path in paths])
    bring.look_at(brought, shapes.data(shapes.some(8, 8, 1)), bottleneck, scale)


def _named(name: str, content: bytes) -> Make:
    return lambda folder: _written(folder / name, content)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name.replace("__", "."), member)
    return content.getvalue()


def _whole(folder: Path) -> bytes:
    config, weights = made.autoencoder(), made.counted(made.values())
    return made.keras(folder / "whole.keras", config, weights).read_bytes()


def _bomb(member: str) -> Make:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "m.keras", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("config.json", "{}")
            archive.writestr(member, b" " * (files.MAX_JSON + 1))
        return folder / "m.keras"

    return make


def _of(config: Any, weights: Any = None, version: str = "3.0.0") -> Make:
    content = made.counted(made.values() if weights is None else weights)
    return lambda folder: made.keras(folder / "m.keras", config, content, version)


def _in_h5(change: Callable[[h5py.File], None]) -> Make:
    """An .h5 in which something was changed by hand."""

    def make(folder: Path) -> Path:
        path = made.h5(folder / "m.h5", made.autoencoder(), made.values())
        with h5py.File(path, "a") as file:
            change(file)
        return path

    return make


_KERNEL = "model_weights/code/code/kernel:0"


def _external_link(file: h5py.File) -> None:
    del file[_KERNEL]
    file[_KERNEL] = h5py.ExternalLink("/etc/passwd", "/")


def _soft_link(file: h5py.File) -> None:
    del file["model_weights/code"]
    file["model_weights/code"] = h5py.SoftLink("/model_weights/out")


def _external_storage(file: h5py.File) -> None:
    del file[_KERNEL]
    file.create_dataset(_KERNEL, (64, 2), "f4", external=[("/etc/passwd", 0, 512)])


def _virtual(file: h5py.File) -> None:
    del file[_KERNEL]
    layout = h5py.VirtualLayout((64, 2), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (64, 2))
    file.create_virtual_dataset(_KERNEL, layout)


def _filter(file: h5py.File) -> None:
    del file[_KERNEL]
    file.create_dataset(_KERNEL, data=np.zeros((64, 2), np.float32), compression="lzf")


def _text(file: h5py.File) -> None:
    del file[_KERNEL]
    file[_KERNEL] = ["cos\nsystem\n(S'id'\ntR."]


def _huge(file: h5py.File) -> None:
    del file[_KERNEL]
    file.create_dataset(_KERNEL, (10**6, 10**6), "f4", chunks=(1000, 1000))


def _nan(file: h5py.File) -> None:
    file[_KERNEL][0, 0] = np.nan


def _missing(file: h5py.File) -> None:
    del file[_KERNEL]


def _weights_only(file: h5py.File) -> None:
    del file.attrs["model_config"]


def _without(part: str) -> dict[str, Any]:
    config = made.autoencoder()
    del config["config"][part]
    return config


def _nested(deep: int) -> Any:
    inner: Any = layer("Dense", "d", units=2)
    for i in range(deep):
        inner = {"class_name": "Sequential", "config": {"name": f"s{i}", "layers": [inner]}}
    return inner


def _doubling(deep: int) -> Any:
    """Models that call each other twice: 2^deep layers."""
    inner: Any = model(layer("Activation", "a", activation="tanh"), shape=(2,))
    for i in range(deep):
        outer = model(dense("d", 2), shape=(2,))
        entries = outer["config"]["layers"]
        entries.append({**inner, "name": "m"})
        entries[-1]["inbound_nodes"] = [[["d", 0, 0, {}]], [["m", 1, 0, {}]]]
        outer["config"] |= {"name": f"n{i}", "output_layers": [["m", 2, 0]]}
        inner = outer
    return inner


def _skipping(folder: Path) -> Path:
    """As a U-Net: the wide beginning goes round the code."""
    config = model(
        layer("Conv2D", "wide", filters=9, kernel_size=[1, 1]),
        layer("Conv2D", "code", filters=1, kernel_size=[8, 8]),
        layer("UpSampling2D", "up", size=[8, 8]),
        {**layer("Add", "skip"), "inbound_nodes": [[["up", 0, 0, {}], ["wide", 0, 0, {}]]]},
        layer("Conv2D", "pixels", filters=1, kernel_size=[1, 1]),
    )
    shapes = {"wide": (1, 1, 1, 9), "code": (8, 8, 9, 1), "pixels": (1, 1, 9, 1)}
    weights = {name: [np.zeros(shape), np.zeros(shape[-1])] for name, shape in shapes.items()}
    return made.h5(folder / "unet.h5", config, weights)


def _conditional() -> dict[str, Any]:
    config = made.autoencoder()
    entries = config["config"]["layers"]
    entries.append(layer("InputLayer", "label", batch_shape=[None, 10]))
    config["config"]["input_layers"].append(["label", 0, 0])
    return config


_LAMBDA = made.changed(3, class_name="Lambda", config={"function": ["4wEAAAA=", None, None]})
_CUSTOM = made.custom()
_SYSTEM = "os.system"

REFUSED: dict[str, tuple[Make, str]] = {
    "empty": (_named("a.h5", b""), "is empty: copy or download it again"),
    "web page": (_named("a.h5", b"\n<!DOCTYPE html><p>"), "is a web page, not a model"),
    "LFS pointer": (
        _named("a.keras", b"version https://git-lfs.github.com/spec/v1\noid"),
        "is a Git LFS pointer",
    ),
    "pickle": (_named("a.h5", b"\x80\x04\x95cos\nsystem"), "is a Python pickle.*never opened"),
    "NumPy": (_named("a.h5", b"\x93NUMPY\x01\x00"), "is an array of NumPy"),
    "gzip": (_named("a.keras", b"\x1f\x8b\x08\x00"), "is packed with gzip"),
    "picture": (_named("a.h5", b"\x89PNG\r\n\x1a\n"), "is no file of Keras or ONNX"),
    "TensorFlow Lite": (_named("a.h5", b"\x1c\0\0\0TFL3"), "is a TensorFlow Lite model"),
    "part of a SavedModel": (_named("saved_model.pb", b"\x08\x01\x12"), "one file of a SavedModel"),
    "zip of something": (_named("a.zip", _zipped(readme=b"")), "neither a .keras file nor"),
    "PyTorch": (_named("a.zip", _zipped(data__pkl=b"\x80")), "PyTorch, a pickle.*never opened"),
    "SavedModel for serving": (
        _named("a.zip", _zipped(saved_model__pb=b"")),
        "without keras_metadata.pb",
    ),
    "SavedModel, damaged": (
        _named("a.zip", _zipped(saved_model__pb=b"", keras_metadata__pb=b"\xff\xff")),
        "keras_metadata.pb is damaged",
    ),
    "cut .keras": (
        lambda folder: _written(folder / "a.keras", _whole(folder)[:900]),
        "ends before its end",
    ),
    "cut .h5": (
        lambda folder: _written(
            folder / "a.h5",
            made.h5(folder / "m.h5", made.autoencoder(), made.values()).read_bytes()[:3000],
        ),
        "is damaged or cut short",
    ),
    "bomb": (_bomb("metadata.json"), "metadata.json in m.keras cannot be read: .* bytes"),
    "no weights inside": (
        _named("a.keras", _zipped(config__json=json.dumps(made.autoencoder()).encode())),
        "holds no model.weights.h5",
    ),
    "weights that are a link": (_in_h5(_external_link), "is a link, which could lead to any file"),
    "group that is a link": (_in_h5(_soft_link), "is a link"),
    "numbers elsewhere": (_in_h5(_external_storage), "numbers in another file.*never opened"),
    "numbers that are virtual": (_in_h5(_virtual), "numbers in another file.*never opened"),
    "unknown filter": (_in_h5(_filter), "packed in a way that Keras does not use"),
    "text as weights": (_in_h5(_text), "does not hold plain numbers"),
    "absurd size": (_in_h5(_huge), "has 1,000,000,000,000 numbers"),
    "NaN": (_in_h5(_nan), "weights that are NaN or infinite"),
    "missing weights": (_in_h5(_missing), "lacks the weights"),
    "weights only": (_in_h5(_weights_only), "holds weights only.*give the architecture"),
    "no JSON": (_of(b"{'a': 1"), "is no JSON that Keras writes"),
    "deep JSON": (_of(b"[" * 200_000), "is no JSON that Keras writes"),
    "list": (_of([1]), "is not what Keras writes"),
    "no class": (_of({"config": {"layers": [{}]}}), "is not one that Keras writes"),
    "class of one's own": (
        _of({"class_name": "VAE", "config": {"name": "vae", "latent_dim": 2}}),
        "'VAE', a class of its owner's, without its layers: save encoder and decoder",
    ),
    "class that runs code": (
        _of({"class_name": "system", "module": "os", "config": {"command": "id"}}),
        "'system', a class of its owner's",
    ),
    "Lambda": (_of(_LAMBDA), "'out' is a Lambda, whose code in the file is never run"),
    "layer of one's own": (_of(_CUSTOM), "not among those that can be built here: Dense"),
    "layer that loads another model": (
        _of(made.changed(3, class_name="TFSMLayer", config={"filepath": "/etc"})),
        "not among those that can be built here: TFSMLayer",
    ),
    "activation of one's own": (
        _of(
            made.changed(
                3, config={"activation": {"class_name": "function", "config": "os.system"}}
            )
        ),
        "has an activation that is not one of Keras: 'os.system'",
    ),
    "other weights": (
        _of(made.autoencoder(), {**made.values(), "out": [np.zeros((3, 64)), np.zeros(64)]}),
        r"'out' \(Dense\), which takes \(2,\), needs kernel of shape \(2, 64\); the file has \(3",
    ),
    "too few weights": (
        _of(made.autoencoder(), {**made.values(), "out": []}),
        "needs kernel of shape .* the file has none",
    ),
    "absurd units": (_of(made.changed(3, config={"units": 10**12})), "has an absurd units"),
    "negative kernel": (
        _of(made.changed(2, class_name="Conv2D", config={"filters": 2, "kernel_size": [-3, 3]})),
        "has an absurd kernel_size",
    ),
    "infinite slope": (
        _of(made.changed(4, class_name="LeakyReLU", config={"negative_slope": 1e300})),
        "has an absurd negative_slope",
    ),
    "units that are text": (_of(made.changed(3, config={"units": "64"})), "'out'"),
    "shape that does not fit": (_of(made.changed(4, config={"target_shape": [9, 9]})), "'pixels'"),
    "enormous picture": (
        _of(made.changed(4, class_name="RepeatVector", config={"n": 10**6})),
        "'pixels' makes 64,000,000 numbers of an image",
    ),
    "layers that call in a circle": (
        _of(made.changed(2, inbound_nodes=[[["out", 0, 0, {}]]])),
        "do not fit together",
    ),
    "layer that is not there": (
        _of(made.changed(2, inbound_nodes=[[["nobody", 0, 0, {}]]])),
        "do not fit together",
    ),
    "models within models": (_of(_nested(60)), "more than 20 deep"),
    "two to the power of 18": (_of(_doubling(18)), "has more than 2,000 layers"),
    "too many layers": (
        _of(model(*(dense(f"d{i}", 2) for i in range(1200)))),
        "has more than 1,000 layers",
    ),
    "no output": (_of(_without("input_layers")), "do not fit together"),
    "U-Net": (_skipping, "made by 'wide', would have 576 numbers.*connections skip .as in a U-Net"),
    "label besides": (_of(_conditional()), "takes 2 things at once .a conditional model"),
    "channels first": (
        _of(made.changed(1, config={"data_format": "channels_first"})),
        "keeps the channels first",
    ),
    "Keras 1": (_of(made.autoencoder(), version="1.2.2"), "saved by Keras 1.2.2"),
    "other images": (
        _of(model(layer("Flatten", "f"), dense("code", 2), shape=(32, 32, 3))),
        "The model takes 32 × 32 × 3, the images of the data set have 8 × 8 × 1",
    ),
    "classifier": (
        _of(model(layer("Flatten", "f"), dense("classes", 2)), {"classes": made.values()["code"]}),
        "is no autoencoder of these images",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_in_a_sentence(name: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[name]
    with pytest.raises(ExplorerError, match=sentence) as told:
        _look(make(tmp_path))
    assert len(str(told.value)) < 1000
    assert "\n" not in str(told.value)


def test_the_file_that_is_made_by_hand_is_right(tmp_path: Path) -> None:
    _look(made.keras(tmp_path / "a.keras", made.autoencoder(), made.counted(made.values())))
    _look(made.h5(tmp_path / "a.h5", made.autoencoder(), made.values()))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"bottleneck": "nobody"},
            "cannot be parted at 'nobody': choose one of flatten .64., code",
        ),
        ({"bottleneck": "../../etc"}, "cannot be parted at"),
        ({"scale": "0-7"}, "must be 0-1, 0-255, -1-1, or MEAN,STD"),
        ({"scale": "0.1,0"}, "must be 0-1"),
        ({"scale": "nan,1"}, "must be 0-1"),
    ],
)
def test_what_was_asked_wrongly_is_told(
    asked: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    path = made.keras(tmp_path / "a.keras", made.autoencoder(), made.counted(made.values()))
    with pytest.raises(ExplorerError, match=sentence):
        _look(path, **asked)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "link that leads out of its folder"),
        (os.mkfifo, "not a regular file"),
        (Path.mkdir, "a folder without saved_model.pb"),
        (lambda path: None, "There is no file"),
    ],
    ids=["link", "pipe", "folder", "nothing"],
)
def test_only_regular_files_are_opened(
    make: Callable[[Path], Any], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.keras"
    make(path)
    with pytest.raises(ExplorerError, match=sentence):
        _look(path)


def test_an_architecture_needs_weights_and_two_models_two_parts(tmp_path: Path) -> None:
    plan = _written(tmp_path / "a.json", json.dumps(made.autoencoder()).encode())
    with pytest.raises(ExplorerError, match="holds an architecture without weights"):
        _look(plan)
    content = made.counted(made.values())
    whole = made.keras(tmp_path / "a.keras", made.autoencoder(), content)
    other = made.keras(tmp_path / "b.keras", made.autoencoder(), content)
    with pytest.raises(ExplorerError, match="not to be seen which is the encoder"):
        _look(whole, other)
