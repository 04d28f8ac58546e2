"""`export --site`: a checkpoint as a web page of its own."""

import argparse
import json
from pathlib import Path
from typing import Any

from explorer.checkpoints import Checkpoint
from explorer.cli.bar import Bar
from explorer.projection import METHODS
from explorer.runs.projections import ProjectionRequest


def add(parser: argparse.ArgumentParser, forms: Any) -> None:
    """Add the form to the command's, and what may be asked of it."""
    forms.add_argument(
        "--site",
        type=Path,
        metavar="DIR",
        help="a web page with the map, sliders and the decoder, for any web server (python -m "
        "http.server in DIR): without this app, and asking no other host. The images of the test "
        "set are copied into it: publish them only if you may. DIR is new, empty, or a former "
        "page, which is replaced",
    )
    page = parser.add_argument_group("with --site")
    page.add_argument(
        "--projection",
        nargs="+",
        choices=METHODS,
        metavar="METHOD",
        help=f"the pictures, the one to show first in front: {', '.join(METHODS)} (default: those "
        "that are there or quick; others are computed and kept)",
    )
    page.add_argument(
        "--no-images",
        dest="images",
        action="store_false",
        help="leave the images of the test set out: reconstructions stand in",
    )
    page.add_argument("--title", default="", help="of the page (default: says which model it is)")
    page.add_argument("--json", action="store_true", help="answer in JSON")


def write(checkpoint: Checkpoint, options: argparse.Namespace) -> None:
    """Write the page, and tell how large it is.

    Raises:
        ExplorerError: As `site.files_of` and `site.write`, or if a projection cannot be computed.
    """
    # Streamlit comes with it: other commands begin without.
    from explorer.ui import site

    methods = None if options.projection is None else tuple(options.projection)
    asked = site.Asked(methods, options.images, options.title)
    site.check(options.site)
    for spec in site.specs(checkpoint, asked):
        request = ProjectionRequest(checkpoint.name, spec)
        if not request.is_quick() and request.find() is None:
            with Bar() as bar:
                request.get(bar)
    files = site.files_of(checkpoint, asked)
    site.write(options.site, files)
    size = site.size(files)
    if options.json:
        print(json.dumps({"site": str(options.site), "files": len(files), **size}, indent=2))
        return
    parts = ", ".join(f"{name} {size[name] / 1e6:.1f}" for name in ("program", "images", "data"))
    copied = "The images of the test set are in it"
    if not size["images"]:
        why = " (they are not on this machine, or too many)" if asked.images else ""
        copied = f"No image of the test set is in it{why}"
    print(
        f"{options.site}: {len(files)} files, {size['bytes'] / 1e6:.1f} MB ({parts}). {copied}.\n"
        f"Put it on a web server, or see it here: python -m http.server --directory {options.site}"
    )
