"""Which checkpoints are shown, and in which order."""

from collections.abc import Callable, Iterable
from typing import Any

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.models.spec import KINDS
from explorer.runs import shelf


def _loss(item: Checkpoint) -> Any:
    # Of other data the losses are other numbers: those of one data set stand together.
    return item.dataset, item.metrics.get("test_total_loss", float("inf"))


def _newest(item: Checkpoint) -> Any:
    return [-ord(letter) for letter in item.created[:19]]


ORDERS: dict[str, Callable[[Checkpoint], Any]] = {
    "Newest first": _newest,
    "Name": lambda item: item.name.lower(),
    "Test loss": _loss,
    "Latent dimensions": lambda item: item.z_dim,
    "Size": lambda item: -shelf.size(item.path)[1],
}


def matching(items: Iterable[Checkpoint], words: str) -> list[Checkpoint]:
    """Return those of which every word is told: in name, data, kind, architecture, or as "z10"."""
    wanted = words.lower().split()
    return [item for item in items if all(word in told(item) for word in wanted)]


def told(item: Checkpoint) -> str:
    """Return what is searched, in small letters."""
    spec = item.model
    parts = [item.name, item.dataset, datasets.info(item.dataset).title, KINDS[spec.kind]]
    parts += [spec.kind, spec.architecture, spec.title, f"z{spec.z_dim}", f"{spec.z_dim}-d"]
    return " ".join(parts).lower()


def ordered(items: Iterable[Checkpoint], order: str) -> list[Checkpoint]:
    """Return checkpoints in one of `ORDERS`; those that are alike in it by their names."""
    return sorted(sorted(items, key=ORDERS["Name"]), key=ORDERS[order])
