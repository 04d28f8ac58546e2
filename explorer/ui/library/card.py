"""What a card tells of a checkpoint."""

import html
from datetime import date

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.ui.server import pictures
from explorer.ui.shared import text

KINDS = {"ae": "Autoencoder", "vae": "VAE"}


def draw(checkpoint: Checkpoint, size: int) -> str:
    """Return the card as HTML.

    Args:
        checkpoint: Which.
        size: Of its folder, in bytes.
    """
    name = html.escape(checkpoint.name)
    images = [("map", f"The codes of {name}, coloured by class")]
    if checkpoint.model.decodes:
        images.append(("reconstructions", f"Reconstructions by {name}"))
    shown = "".join(
        f'<img class="{what}" src="{pictures.of_checkpoint(checkpoint.name, what)}" alt="{alt}" '
        'loading="lazy">'
        for what, alt in images
    )
    rows = "".join(
        f"<div><span>{key}</span><b>{html.escape(value)}</b></div>"
        for key, value in facts(checkpoint, size).items()
    )
    return (
        f'<div class="explorer-card"><h2>{name}</h2><p>{html.escape(model(checkpoint))}</p>'
        f'<div class="pictures">{shown}</div><div class="explorer-facts">{rows}</div></div>'
    )


def model(checkpoint: Checkpoint) -> str:
    """Return what model it is, in one line."""
    spec = checkpoint.model
    parts = [KINDS[spec.kind], spec.title, f"{spec.z_dim}-D"]
    if spec.kind == "vae" and spec.decodes and spec.beta != 1:
        parts.append(f"β {spec.beta:g}")
    return " · ".join(parts)


def facts(checkpoint: Checkpoint, size: int) -> dict[str, str]:
    """Return what else is to be known of it, in the order of interest."""
    told = {"Data": datasets.info(checkpoint.dataset).title}
    if (loss := losses(checkpoint)) is not None:
        told["Test loss"] = loss
    told["Trained"] = training(checkpoint)
    told["Made"] = f"{day(checkpoint.created)}, {bytes_of(size)}"
    return told


def losses(checkpoint: Checkpoint) -> str | None:
    """Return the losses on the test images, or None where nothing is decoded."""
    metrics = checkpoint.metrics
    total = metrics.get("test_total_loss")
    if total is None:
        return None
    parts = [metrics.get(f"test_{part}_loss") for part in ("reconstruction", "kl")]
    if checkpoint.model.kind != "vae" or None in parts:
        return f"{total:.1f}"
    return f"{total:.1f} ({parts[0]:.1f} + KL {parts[1]:.1f})"


def training(checkpoint: Checkpoint) -> str:
    """Return how it was trained, as far as that is known."""
    known = checkpoint.training
    if not known.get("epochs"):
        return "elsewhere"
    told = f"{known['epochs']} epochs"
    if known.get("seconds"):
        told += f", {text.duration(known['seconds'])}"
    device = str(known.get("device", "")).partition(":")[0]
    return f"{told}, {device}" if device in ("CPU", "GPU") else told


def day(created: str) -> str:
    """Return an ISO date, or what begins with one, for people."""
    try:
        when = date.fromisoformat(created[:10])
    except ValueError:
        return created[:20]
    return f"{when.day} {when:%b %Y}"


def bytes_of(size: int) -> str:
    """Return a number of bytes for people."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
