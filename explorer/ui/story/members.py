"""What the browser shows of a family: measures, and the addresses of its pictures."""

from dataclasses import dataclass

import numpy as np

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.checkpoints.families import Family
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.latent import posterior
from explorer.latent.disentanglement import SCORES
from explorer.latent.posterior import AgainstPrior
from explorer.latent.stats import standard_prior
from explorer.models.spec import LOSS_UNITS
from explorer.ui.components.contract_story import StoryData, StoryMemberData
from explorer.ui.server import files
from explorer.ui.shared import cached, factors, naming
from explorer.ui.shared.cached import Key
from explorer.ui.story import words

MOST_POINTS = 10_000  # the first test images
DRAWN = 30
SEED = 0
_MOST_PAIRS = 10
_DRAWN_SCORES = ("mig", "disentanglement", "factor_vae")


@dataclass(frozen=True)
class Measured:
    """A member and where its codes lie.

    Attributes:
        against: The codes of all test images against the prior.
        axes: The dimensions that are drawn; None where there is one alone.
    """

    against: AgainstPrior
    axes: tuple[int, int] | None


@keep(64)
def measured(key: Key) -> Measured:
    """Measure the codes of a checkpoint, a VAE."""
    latent = cached.codes(key).latent
    kl = latent.kl
    assert kl is not None
    assert latent.z_log_var is not None
    return Measured(
        posterior.against_prior(latent.z_mean, latent.z_log_var, kl), posterior.shown_axes(kl)
    )


def message(family: Family, start: int) -> StoryData:
    """Return what the browser shows of a family, member `start` first.

    Raises:
        ExplorerError: If a member is damaged, or members do not have the same test images.
    """
    first = family.members[0]
    n = len(cached.codes(cached.key(first)).labels)
    for member in family.members:
        if (own := len(cached.codes(cached.key(member)).labels)) != n:
            raise ExplorerError(
                "The members of this family do not have the same test images: train the one that "
                f"differs again. Received: {n:,} ({first.name}) and {own:,} ({member.name})."
            )
    rows = _rows(first)
    names = naming.written(datasets.info(first.dataset).class_names)
    return {
        "role": "story",
        "name": family.name,
        "start": start,
        "members": [_member(member) for member in family.members],
        "labels": files.address(first, files.offer_column("story-labels", _labels)),
        "originals": _originals(first),
        "pairs": len(rows),
        "drawn": DRAWN,
        "image_shape": first.model.image_shape,
        "class_names": list(names),
        "colors": [figures.class_color(label) for label in range(len(names))],
        "axes": _titles(first),
        "caption": f"Codes of {min(n, MOST_POINTS):,} test images",
        "unit": LOSS_UNITS[first.model.loss],
        "active": words.ACTIVE,
        "expected": posterior.WITHIN_TWO_SIGMA,
        "scores": [SCORES[name].title for name in _scores(first)],
    }


def _member(member: Checkpoint) -> StoryMemberData:
    against = measured(cached.key(member)).against
    metrics = member.metrics
    return {
        "name": member.name,
        "beta": member.model.beta,
        "reconstruction": metrics.get("test_reconstruction_loss", metrics["test_total_loss"]),
        "kl": metrics.get("test_kl_loss", sum(against.kl)),
        "dimensions": [float(f"{value:.6g}") for value in against.kl],
        "active": against.active,
        "spread": against.spread,
        "within": against.within,
        "points": files.address(member, files.offer_column("story-points", _points)),
        "pictures": files.address(member, files.offer_images("story", _pictures)),
        "scores": list(_scores(member).values()),
        "verdict": words.verdict(against),
    }


def _scores(member: Checkpoint) -> dict[str, float]:
    """Return the scores that are drawn, by name; none where the factors are not known."""
    if not factors.known(member):
        return {}
    found = factors.measured(cached.key(member)).scores
    return {name: round(found[name], 4) for name in _DRAWN_SCORES}


def _titles(member: Checkpoint) -> tuple[str, str]:
    if member.z_dim == 1:
        return "z0", ""
    return ("z0", "z1") if member.z_dim == 2 else ("largest KL", "second largest KL")


def _labels(member: Checkpoint) -> np.ndarray:
    return cached.codes(cached.key(member)).labels[:MOST_POINTS]


def _points(member: Checkpoint) -> np.ndarray:
    """Return the codes on the axes that are drawn, (n, 2); zero where there is no second one."""
    key = cached.key(member)
    z = cached.codes(key).latent.z_mean[:MOST_POINTS]
    axes = measured(key).axes
    return np.column_stack([z, np.zeros_like(z)]) if axes is None else z[:, list(axes)]


def _rows(member: Checkpoint) -> np.ndarray:
    """Return the first test images of all classes in turn."""
    labels = cached.codes(cached.key(member)).labels
    turn = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        own = labels == label
        turn[own] = np.arange(own.sum())
    rows: np.ndarray = np.lexsort((labels, turn))[:_MOST_PAIRS]
    return rows


def _pictures(member: Checkpoint) -> np.ndarray:
    """Return reconstructions, then what is drawn from the prior: the same noise for each β."""
    z = cached.codes(cached.key(member)).latent.z_mean[_rows(member)]
    drawn = standard_prior(member.z_dim).sample(DRAWN, SEED)
    return cached.decode(member, np.concatenate([z, drawn]))


def _originals(member: Checkpoint) -> str | None:
    try:
        cached.originals(member)
    except ExplorerError:
        return None
    what = files.offer_images("story-originals", lambda one: cached.originals(one)[_rows(one)])
    return files.address(member, what)
