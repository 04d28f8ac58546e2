"""The command line: `python -m explorer COMMAND --help`.

Each command imports what it needs when it runs: `train` needs neither Streamlit nor Dask, and
`list` answers without waiting for TensorFlow.
"""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from explorer import checkpoints, projection
from explorer.checkpoints import BrokenCheckpoint, Checkpoint, spaces
from explorer.cli import (
    cluster,
    disentangle,
    export,
    imports,
    large,
    options,
    reproduce,
    shelf,
    train,
)
from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.core.params import parameters
from explorer.projection import METHODS, ProjectionSpec
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status (0 well, 1 a mistake told in one sentence)."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        run(options)
    except ExplorerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m explorer", description="Latent Explorer")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train.add(commands)
    listing = commands.add_parser("list", help="list the checkpoints")
    _add_json(listing)
    listing.set_defaults(run=_list)
    describe = commands.add_parser("describe", help="tell where a checkpoint's test codes lie")
    describe.add_argument("name")
    _add_json(describe)
    describe.set_defaults(run=_describe)
    _add_project(commands)
    cluster.add(commands)
    disentangle.add(commands)
    imports.add(commands)
    export.add(commands)
    shelf.add(commands)
    large.add(commands)
    reproduce.add(commands)
    return parser


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _add_project(commands: Any) -> None:
    parser = commands.add_parser(
        "project",
        help="compute a projection of a checkpoint's images",
        description="Compute a projection of a checkpoint's test images, and keep it.",
    )
    add = parser.add_argument
    add("name", help="name of the checkpoint")
    titles = ", ".join(f"{name}: {method.title}" for name, method in METHODS.items())
    add("--method", choices=METHODS, default="umap", help=f"{titles} (default umap)")
    options.add(parser, METHODS)
    options.add(parser, {"spec": ProjectionSpec})
    add("--shipped", action="store_true", help="compute all pictures that ship with a checkpoint")
    _add_json(parser)
    parser.set_defaults(run=_project)


def _project(given: argparse.Namespace) -> None:
    checkpoint = checkpoints.get(given.name)
    if given.shipped:
        specs = projections.shipped(checkpoint.z_dim)
    else:
        # Parameters of other methods are ignored.
        known = [*parameters(METHODS[given.method]), *parameters(ProjectionSpec)]
        values = options.given(given, [parameter.name for parameter in known])
        specs = [ProjectionSpec.of({"method": given.method, **values})]
    for spec in specs:
        request = ProjectionRequest(checkpoint.name, spec)
        with Bar() as bar:
            result = request.get(bar)
        file = projection.file_of(spec, checkpoint.projections)
        answer = {**request.summary(result), "file": str(file)}
        if given.json:
            print(json.dumps(answer, indent=2))
        else:
            near = result.knn_accuracy
            print(
                f"{file}: {result.seconds:.1f} s, trustworthiness {result.trustworthiness:.3f}"
                + ("" if near is None else f", kNN accuracy {near:.3f}")
            )


def _list(options: argparse.Namespace) -> None:
    found = checkpoints.list_checkpoints()
    if options.json:
        print(json.dumps([_summary(item) for item in found], indent=2))
        return
    for item in found:
        if isinstance(item, BrokenCheckpoint):
            print(f"{item.name:24} BROKEN: {item.reason}")
        else:
            loss = item.metrics.get("test_total_loss")
            epochs = item.training["epochs"]
            print(
                f"{item.name:24} {item.dataset:14} {item.model.kind:4} z_dim {item.z_dim:<4} "
                + (
                    item.model.title
                    if loss is None
                    else f"{epochs:4} epochs  test loss {loss:8.2f}"
                )
            )


def _summary(item: Checkpoint | BrokenCheckpoint) -> dict[str, Any]:
    if isinstance(item, BrokenCheckpoint):
        return {"name": item.name, "broken": item.reason}
    return {
        "name": item.name,
        "dataset": item.dataset,
        "kind": item.model.kind,
        "architecture": item.model.architecture,
        "z_dim": item.z_dim,
        "epochs": item.training["epochs"],
        "metrics": item.metrics,
    }


def _describe(options: argparse.Namespace) -> None:
    answer = spaces.describe(checkpoints.get(options.name))
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    error = answer["reconstruction_error"]
    told = "no decoder" if error is None else f"mean reconstruction error {error:.2f}"
    print(f"{answer['name']}: {answer['n']:,} test codes, {told}")
    for row in answer["dimensions"]:
        numbers = "  ".join(f"{key} {value:7.3f}" for key, value in row.items() if key != "axis")
        print(f"  z{row['axis']:<3} {numbers}")
