"""`import model`: bring a Keras model."""

import argparse
import json
from pathlib import Path
from typing import Any

from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError


def add(kinds: Any) -> None:
    """Add the command to those of `import`."""
    parser = kinds.add_parser(
        "model",
        help="bring a trained Keras model",
        description="Import a trained autoencoder of Keras: one file, or encoder and decoder. "
        "Nothing in it is run; docs/IMPORTING.md says what can be imported.",
    )
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help=".keras, .h5, .zip, .json, .onnx")
    add("--encoder", type=Path, nargs="+", metavar="FILE", help="the encoder, where it has its own")
    add("--decoder", type=Path, nargs="+", metavar="FILE", help="the decoder, where it has its own")
    add("--name", required=True, help="name of the checkpoint to be")
    add(
        "--dataset",
        default="",
        help="name of the data set that it was trained on (default: the one it gives back best)",
    )
    add("--bottleneck", default="", metavar="LAYER", help="layer of the code (default: narrowest)")
    add(
        "--pixel-scale",
        default="",
        metavar="SCALE",
        help="0-1, 0-255, -1-1 or MEAN,STD (default: found from the data)",
    )
    add("--code", type=Path, metavar="FILE.py", help="defines layers of your own; it is run")
    add("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> None:
    from explorer.checkpoints.keras_import import request

    parts = {"": given.files, "encoder": given.encoder or [], "decoder": given.decoder or []}
    if bool(given.encoder) != bool(given.decoder) or not any(parts.values()):
        raise ExplorerError(
            "Give the files of a model, or --encoder and --decoder together. Received: "
            f"{', '.join(part or 'files' for part, files in parts.items() if files) or 'none'}."
        )
    wanted = request.Import(
        tuple(
            (str(path.absolute()), path.name, part)
            for part, paths in parts.items()
            for path in paths
        ),
        given.dataset,
        given.bottleneck,
        given.pixel_scale,
        given.name,
        (str(given.code.absolute()), given.code.name) if given.code else None,
    )
    with Bar() as bar:
        found = request.save(wanted, bar)
    if given.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    layer = f" (layer {found['bottleneck']})" if found["bottleneck"] else ""
    print(
        f"{found['name']}: {found['dataset']}, {found['kind']}, z_dim {found['z_dim']}"
        f"{layer}, "
        f"pixels {found['pixel_scale']}, test loss {found['metrics']['test_total_loss']:.2f}"
    )
    for note in found["notes"]:
        print(f"  {note}")
