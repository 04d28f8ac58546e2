"""Writes the golden files, to which Python, TypeScript and the browser are all held.

    python tests/golden/make.py latent      latent.json: moves in latent space, from NumPy
    python tests/golden/make.py decoders    decoders.json: z -> image, as Keras decodes

Run the second one again whenever a checkpoint has been trained anew.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.latent import geometry, neighbors
from explorer.latent.stats import describe, normal_quantiles
from explorer.training.presets import RECIPES

FOLDER = Path(__file__).parent
LATENT = FOLDER / "latent.json"
DECODERS = FOLDER / "decoders.json"


def make_latent() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 5)).astype(np.float32)
    codes = rng.normal(size=(40, 5)).astype(np.float32)
    z = (0.3 * rng.normal(size=5)).astype(np.float32)
    stats = describe(codes)
    quantiles = np.round(neighbors.neighbour_quantiles(codes), 7)
    found = neighbors.nearest(codes, z, 4)
    distances = [0.0, float(quantiles[0]), 1.2, 1.7, float(quantiles[95]), 99.0]
    judged = [neighbors.judge(distance, quantiles) for distance in distances]
    steps = np.array([-3.0, -1.0, 1.0, 3.0])
    x_values, y_values = np.array([-1.0, 0.5]), np.array([0.0, 1.0, 2.0])
    return {
        "a": _numbers(a),
        "b": _numbers(b),
        "c": _numbers(c),
        "z": _numbers(z),
        "codes": _numbers(codes),
        "std": _numbers(stats.std),
        "line": _numbers(geometry.path(a, b, "line", 5)),
        "arc": _numbers(geometry.path(a, b, "arc", 5)),
        "arc_opposite": _numbers(geometry.path(a, -a, "arc", 3)),
        "analogy": _numbers(geometry.analogy(a, b, c)),
        "normal_quantiles": _numbers(normal_quantiles(30)),
        "neighbour_quantiles": _numbers(quantiles),
        "nearest": {
            "indices": found.indices.tolist(),
            "distances": _numbers(found.distances),
        },
        "judged": [
            {"distance": distance, "percentile": place.percentile, "verdict": place.verdict}
            for distance, place in zip(distances, judged, strict=True)
        ],
        "traversal": {
            "rows": [3, 0],
            "steps": steps.tolist(),
            "codes": _numbers(geometry.traversal(z, stats, np.array([3, 0]), steps)),
        },
        "plane": {
            "across": 1,
            "up": 4,
            "x_values": x_values.tolist(),
            "y_values": y_values.tolist(),
            "codes": _numbers(geometry.plane(z, 1, 4, x_values, y_values)),
        },
    }


def golden_codes(checkpoint: Checkpoint) -> np.ndarray:
    """Return the code of test image 0, zero, and a draw from N(0, 1): shape (3, z_dim)."""
    first = checkpoint.codes().latent.z_mean[0]
    draw = np.random.default_rng(0).standard_normal(checkpoint.z_dim)
    return np.round(np.stack([first, np.zeros(checkpoint.z_dim), draw]), 4).astype(np.float32)


def make_decoders() -> dict[str, Any]:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    import explorer.models  # noqa: F401  (registers the layers that the files name)

    golden = {}
    for checkpoint in map(checkpoints.get, sorted(RECIPES)):
        z = golden_codes(checkpoint)
        decoder = keras.saving.load_model(checkpoint.path / "decoder.keras", compile=False)
        images = keras.ops.convert_to_numpy(decoder(z))
        golden[checkpoint.name] = {
            "shape": list(images.shape[1:]),
            "z": _numbers(z, 4),
            "images": _numbers(images.reshape(len(z), -1), 6),
        }
    return golden


def _numbers(array: np.ndarray, digits: int = 7) -> Any:
    return np.round(np.asarray(array, np.float64), digits).tolist()


def _write(path: Path, content: dict[str, Any]) -> None:
    # One line for each entry: a change shows where it is.
    entries = ",\n".join(f"{json.dumps(key)}: {json.dumps(content[key])}" for key in content)
    path.write_text(f"{{\n{entries}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["latent"]:
        _write(LATENT, make_latent())
    elif sys.argv[1:] == ["decoders"]:
        _write(DECODERS, make_decoders())
    else:
        raise SystemExit(__doc__)
