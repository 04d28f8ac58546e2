"""Families: VAEs that were trained alike and differ in β alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from explorer.checkpoints.store import Checkpoint

# What of the training the members share, besides data set and model.
_SHARED = (
    *("backend", "batch_size", "learning_rate", "seed", "patience", "dtype", "start"),
    "validation",
)
# The same, for checkpoints from before there was a choice.
_ADDED = {"optimizer": "adam", "momentum": 0, "initializer": "glorot_uniform"}


@dataclass(frozen=True)
class Family:
    """VAEs that were trained alike but for β.

    Attributes:
        members: At least two, β rising, each β once.
    """

    members: tuple[Checkpoint, ...]

    @property
    def name(self) -> str:
        """What the names of its members begin with; that of the first where they share nothing."""
        names = [member.name for member in self.members]
        # As `beta_grid` names the trainings of a grid: "mnist-beta-z2-b0.1".
        shared = takewhile(
            lambda pair: pair[0] == pair[1], zip(min(names), max(names), strict=False)
        )
        return re.sub(r"(-b)?[-.\d]*$", "", "".join(letter for letter, _ in shared)) or names[0]


def families(found: Iterable[object]) -> list[Family]:
    """Return the families among checkpoints, as `list_checkpoints` gives them, by their names."""
    alike: dict[tuple[object, ...], dict[float, Checkpoint]] = {}
    for item in found:
        if isinstance(item, Checkpoint) and item.model.kind == "vae":
            alike.setdefault(_alike(item), {}).setdefault(item.model.beta, item)
    return sorted(
        (
            Family(tuple(members[beta] for beta in sorted(members)))
            for members in alike.values()
            if len(members) > 1
        ),
        key=lambda family: family.name,
    )


def members_last(found: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Return checkpoints in their order, families after all others."""
    items = list(found)
    members = [member for family in families(items) for member in family.members]
    names = {member.name for member in members}
    return [item for item in items if item.name not in names] + members


def _alike(item: Checkpoint) -> tuple[object, ...]:
    model = tuple(value for name, value in vars(item.model).items() if name != "beta")
    training = item.training
    # Stopped early, they may have trained for different times.
    epochs = None if training.get("patience") else training["epochs"]
    shared = [repr(training.get(name)) for name in _SHARED]
    added = [str(training.get(name) or usual) for name, usual in _ADDED.items()]
    return item.dataset, model, epochs, *shared, *added
