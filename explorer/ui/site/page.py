"""The files of the page: its HTML, the front end's scripts, and what they fetch."""

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.projection import ProjectionSpec
from explorer.ui.server import files
from explorer.ui.shared import sidebar
from explorer.ui.shared.pages import PAGES
from explorer.ui.site import content

MOST = 100_000_000  # bytes: what free hosts take, and visitors wait for
_DIST = Path(__file__).parents[1] / "frontend" / "dist"
_ADDRESS = re.compile(r"explorer/[^/]+/([^/]+)-([0-9a-f]{16})\.(npy|onnx)")
_TOLD = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Asked:
    """What is wanted on the page.

    Attributes:
        methods: Names of the projections, the one to show first in front; None: those that are
            there, or quick.
        images: Whether the test images are copied.
        title: Of the page; "": says what the model is.
    """

    methods: tuple[str, ...] | None = None
    images: bool = True
    title: str = ""


def files_of(checkpoint: Checkpoint, asked: Asked) -> dict[str, bytes]:
    """Return the files of a checkpoint's page by their paths in its folder, with / between parts.

    Args:
        checkpoint: Whose; its projections are there or quick.
        asked: What is wanted on it.

    Raises:
        ExplorerError: If the checkpoint is damaged or has no decoder, a projection is not there,
            the front end was not built, or the page would be larger than `MOST`.
    """
    if not checkpoint.model.decodes:
        raise ExplorerError(
            f"{checkpoint.name} has no decoder, which a web page runs: its codes were imported "
            "without a model; export them as a table instead."
        )
    program = _program()
    data = content.site_data(checkpoint, specs(checkpoint, asked), asked.images)
    made: dict[str, bytes] = {}
    told = _with_own_addresses(data, checkpoint, made)
    title = asked.title or f"The latent space of {checkpoint.name}"
    found = {
        "index.html": _page(checkpoint, title, data["pad"]["images"] is not None).encode(),
        "site.json": json.dumps(told, ensure_ascii=False, allow_nan=False).encode(),
        "LICENSES.txt": _licences(checkpoint, data["pad"]["images"] is not None),
        **program,
        **made,
    }
    total = sum(map(len, found.values()))
    if total > MOST:
        raise ExplorerError(
            f"The page of {checkpoint.name} would have {total / 1e6:,.0f} MB, at most "
            f"{MOST / 1e6:,.0f} MB are written: leave out projections, or the images."
        )
    return found


def specs(checkpoint: Checkpoint, asked: Asked) -> list[ProjectionSpec]:
    """Return the projections that are wanted, the one to show first in front.

    Raises:
        ExplorerError: If the checkpoint is damaged, or there is no such projection.
    """
    if asked.methods is None:
        return content.offered(checkpoint)
    return [content.spec(checkpoint, method) for method in dict.fromkeys(asked.methods)]


def _program() -> dict[str, bytes]:
    """Return the front end's part of the page."""
    try:
        names = json.loads((_DIST / "site-files.json").read_text(encoding="utf-8"))
        return {f"app/{name}": (_DIST / name).read_bytes() for name in names}
    except (OSError, ValueError) as error:
        raise ExplorerError(
            "The front end of web pages is not here: install the project again, or run "
            "'npm run build' in explorer/ui/frontend."
        ) from error


def _with_own_addresses(data: Any, checkpoint: Checkpoint, made: dict[str, bytes]) -> Any:
    """Return data in which addresses of the app are those of the page's folder; collect the files.

    Args:
        data: JSON values.
        checkpoint: Whose files they are.
        made: Takes the files by their paths: one for each content.
    """
    if isinstance(data, dict):
        return {key: _with_own_addresses(value, checkpoint, made) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_with_own_addresses(value, checkpoint, made) for value in data]
    address = _ADDRESS.fullmatch(data) if isinstance(data, str) else None
    if address is None:
        return data
    # Some content has two names.
    known = next((path for path in made if f"-{address[2]}." in path), None)
    if known is None:
        known = f"data/{address[1]}-{address[2]}.{address[3]}.gz"
        made[known] = files.find(checkpoint.name, data.rpartition("/")[2]).gzipped
    return known


def _page(checkpoint: Checkpoint, title: str, images: bool) -> str:
    facts = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in sidebar.facts(checkpoint).items()
    )
    told = {
        "title": html.escape(title),
        "about": html.escape(_about(checkpoint)),
        "facts": facts,
        "colophon": html.escape(_colophon(checkpoint, images)),
        **{
            f"{page}_{part}": html.escape(getattr(PAGES[page], part))
            for page in ("map", "decode")
            for part in ("title", "question")
        },
    }
    template = (_DIST / "site.html").read_text(encoding="utf-8")
    return _TOLD.sub(lambda found: told[found[1]], template)


def _about(checkpoint: Checkpoint) -> str:
    kind = "a variational autoencoder" if checkpoint.model.kind == "vae" else "an autoencoder"
    n = checkpoint.z_dim
    each = "one number" if n == 1 else f"{n} numbers"
    title = datasets.info(checkpoint.dataset).title
    return f"How {kind} sees {title}: it makes {each} of each image, and an image of them."


def _colophon(checkpoint: Checkpoint, images: bool) -> str:
    title = datasets.info(checkpoint.dataset).title
    which = "are on" if images else "are not on"
    return (
        f"Made with Latent Explorer from {checkpoint.name}. The test images of {title} {which} "
        "this page; everything is drawn and decoded in your browser."
    )


def _licences(checkpoint: Checkpoint, images: bool) -> bytes:
    texts = [(_DIST / "site-licences.txt").read_text(encoding="utf-8")]
    terms = datasets.licence(checkpoint.dataset)
    if images and terms is not None:
        texts.append(f"The images of {datasets.info(checkpoint.dataset).title}:\n\n{terms}")
    return "\n".join(texts).encode()
