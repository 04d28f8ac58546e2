"""Data sets and checkpoints at the ends of what is allowed, made by hand within milliseconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd

from explorer.checkpoints import store, verdicts
from explorer.core import storage
from explorer.datasets import DatasetInfo, user
from explorer.models.spec import ModelSpec

_HIDDEN = 6  # numbers that images depend on


@dataclass(frozen=True)
class Extreme:
    """A data set and a checkpoint of the same name.

    Attributes:
        n_classes: 0: no labels.
    """

    name: str
    image_shape: tuple[int, int, int]
    n_classes: int
    kind: str
    z_dim: int


EXTREMES = (
    Extreme("tiny", (8, 8, 1), 2, "ae", 1),
    Extreme("huge", (128, 128, 3), 100, "vae", 256),
    Extreme("unlabelled", (32, 32, 3), 0, "vae", 3),
)


def make(extreme: Extreme, n: int = 120, seed: int = 0) -> None:
    """Write the data set and its checkpoint where `user.root` and `store.root` say."""
    rng = np.random.default_rng(seed)
    shape, z_dim = extreme.image_shape, extreme.z_dim
    labels = np.arange(n) % max(1, extreme.n_classes)
    centers = rng.normal(size=(max(1, extreme.n_classes), z_dim))
    z = (centers[labels] + 0.3 * rng.normal(size=(n, z_dim))).astype(np.float32)
    narrow = (rng.normal(size=(z_dim, _HIDDEN)) / np.sqrt(z_dim)).astype(np.float32)
    wide = _waves(rng, shape).reshape(_HIDDEN, -1)
    images = 1 / (1 + np.exp(-z @ narrow @ wide)).reshape(n, *shape)
    pixels = np.rint(255 * images).astype(np.uint8)
    names = tuple(f"Class {label:02}" for label in range(extreme.n_classes)) or ("no label",)
    about = DatasetInfo(
        *(extreme.name, f"Extreme: {extreme.name}", shape, names, n, n, ()),
        created="2026-01-01",
    )
    with user.new_folder(extreme.name) as folder:
        for part in ("train", "test"):
            user.write_part(folder, part, pixels, labels)
        user.write_config(folder, about)
    model = ModelSpec(extreme.kind, "mlp", shape, z_dim, (8,))
    with storage.atomic_folder(store.root() / extreme.name) as folder:
        decoder = [("hidden", "MatMul", "in", "narrow"), ("pixels", "MatMul", "hidden", "wide")]
        decoder += [("shown", "Sigmoid", "pixels"), ("out", "Reshape", "shown", "shape")]
        tables = {"narrow": narrow, "wide": wide, "shape": np.array([-1, *shape], np.int64)}
        _onnx(folder / "decoder.onnx", (z_dim,), decoder, ["out"], tables)
        flat = [("flat", "Flatten", "in"), ("hidden", "MatMul", "flat", "wide")]
        codes = ["z_mean", "z_log_var"][: 2 if extreme.kind == "vae" else 1]
        encoder = flat + [(code, "MatMul", "hidden", "narrow") for code in codes]
        tables = {"narrow": narrow.T.copy(), "wide": wide.T / wide.shape[1]}
        _onnx(folder / "encoder.onnx", shape, encoder, codes, tables)
        for part in ("encoder", "decoder"):
            (folder / f"{part}.keras").write_bytes(b"")
        pd.DataFrame({"epoch": [1], "total_loss": [2.0], "val_total_loss": [2.0]}).to_csv(
            folder / "history.csv", index=False
        )
        log_var = {"z_log_var": np.full_like(z, -1)} if extreme.kind == "vae" else {}
        errors = rng.gamma(2.0, 1.0, n).astype(np.float32)
        storage.write_npz(
            folder / "codes.npz", z_mean=z, labels=labels, reconstruction_error=errors, **log_var
        )
        content: dict[str, Any] = {
            "schema": store.SCHEMA,
            "created": "2026-01-01",
            "dataset": extreme.name,
            "model": {name: getattr(model, name) for name in ModelSpec.__dataclass_fields__},
            "training": {"epochs": 1},
            "metrics": {"test_total_loss": 2.0},
        }
        storage.write_json(folder / "config.json", content)


def _waves(rng: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Return smooth images, (`_HIDDEN`, h, w, c) float32."""
    height, width, channels = shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    fx, fy, shift = rng.uniform(-9, 9, (3, _HIDDEN, 1, 1, channels))
    waves: np.ndarray = 2 * np.sin(fx * x[..., None] + fy * y[..., None] + shift)
    return waves.astype(np.float32)


def _onnx(
    path: Path,
    given: tuple[int, ...],
    nodes: list[tuple[str, ...]],
    outputs: list[str],
    tables: dict[str, np.ndarray],
) -> None:
    """Write a model of one input "in" from nodes (result, operator, arguments…)."""
    info = onnx.helper.make_tensor_value_info("in", onnx.TensorProto.FLOAT, ["n", *given])
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(kind, list(args), [result]) for result, kind, *args in nodes],
        "extreme",
        [info],
        [onnx.helper.make_empty_tensor_value_info(output) for output in outputs],
        [onnx.numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    model = onnx.helper.make_model(graph, ir_version=9)
    model.opset_import[0].version = 17
    onnx.save(model, path)
    verdicts.trust(path)
