"""The commands for data sets larger than memory: `encode`, and `cluster --distributed`."""

import argparse
import json
from pathlib import Path
from typing import Any

from explorer.cli.bar import Bar
from explorer.clustering import ClusteringSpec
from explorer.core.errors import ExplorerError


def add(commands: Any) -> None:
    """Add `encode` to the parser's commands."""
    parser = commands.add_parser(
        "encode",
        help="encode images that need not fit into memory",
        description="Encode the images of a .npy file, chunk by chunk, with a checkpoint's "
        "encoder. What was broken off goes on where it was.",
    )
    parser.add_argument("name", help="name of the checkpoint")
    parser.add_argument("--images", type=Path, required=True, help=".npy, (n, h, w[, c])")
    parser.add_argument("--labels", type=Path, help=".npy of whole numbers, (n,)")
    parser.add_argument("--codes", type=Path, required=True, help="folder for the codes")
    parser.add_argument("--chunk", type=int, default=20_000, help="images to a chunk")
    add_where(parser)
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_encode)


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which processes do the work."""
    add = parser.add_argument
    text = "do it in chunks on disk, by several processes"
    add("--distributed", action="store_true", default=False, help=text)
    add("--workers", type=int, default=2, help="processes on this machine (default 2)")
    add("--scheduler", default="", help="address of a Dask scheduler to use instead")


def _where(options: argparse.Namespace) -> Any:
    from explorer.runs.large import Where

    if not 1 <= options.workers <= 1024:
        raise ExplorerError(f"workers must be from 1 to 1024. Received: {options.workers}.")
    return Where(options.workers if options.distributed else 1, options.scheduler)


def _encode(options: argparse.Namespace) -> None:
    from explorer.runs import large

    if not 1 <= options.chunk <= 10_000_000:
        raise ExplorerError(f"chunk must be from 1 to 10,000,000. Received: {options.chunk}.")
    with Bar() as bar:
        answer = large.encode(
            options.name,
            options.images,
            options.codes,
            options.labels,
            options.chunk,
            _where(options),
            bar,
        )
    print(json.dumps(answer, indent=2) if options.json else f"{options.codes}: {answer['n']:,}")


def cluster(options: argparse.Namespace, spec: ClusteringSpec) -> dict[str, Any]:
    """Cluster the codes in the folder that `--codes` names.

    Raises:
        ExplorerError: If there is none, or its codes are another checkpoint's.
    """
    from explorer.runs import large

    if options.codes is None:
        raise ExplorerError("--distributed needs --codes FOLDER, which 'encode' has written.")
    of = large.read_about(options.codes)["checkpoint"]
    if of != options.name:
        raise ExplorerError(f"{options.codes} holds codes of {of}. Received: {options.name}.")
    with Bar() as bar:
        return large.cluster(options.codes, spec, where=_where(options), report=bar)
