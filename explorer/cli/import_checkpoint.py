"""`import checkpoint`: a zip that was exported here or elsewhere."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from explorer.checkpoints import zips
from explorer.cli.bar import Bar


def add(kinds: Any) -> None:
    """Add the subcommand to those of `import`."""
    parser = kinds.add_parser("checkpoint", help="a zip that 'export NAME --zip FILE' wrote")
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", help="of the checkpoint (default: the file's, without .zip)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> None:
    name = options.name or re.sub(r"[^A-Za-z0-9._-]+", "-", options.file.stem).lstrip("._-")
    with Bar() as bar:
        made = zips.read(options.file, name, report=bar)
    if options.json:
        about = {"name": made.name, "dataset": made.dataset, "z_dim": made.z_dim}
        print(json.dumps({**about, "kind": made.model.kind, "path": str(made.path)}, indent=2))
    else:
        print(f"{made.path}: {made.model.kind} of {made.dataset}, z_dim {made.z_dim}")
