"""The scores of disentanglement, and what is measured of a model's codes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.latent.disentanglement.dci import TREES, dci
from explorer.latent.disentanglement.factor_vae import IMAGES, VOTES, factor_vae_score
from explorer.latent.disentanglement.information import (
    BINS,
    mutual_information_gap,
    normalised_information,
)

LEAST = 100  # codes
MOST = 10_000  # codes that are measured, the first ones


@dataclass(frozen=True)
class Score:
    """A score, in [0, 1], higher is better.

    Attributes:
        title: What tables call it.
        caption: What it measures, with its source and how it is computed here.
    """

    title: str
    caption: str


SCORES = {
    "mig": Score(
        "MIG",
        "Mutual information gap (Chen et al. 2018): how much more the best dimension tells of a "
        f"factor than the second best, as a share of the factor's entropy; {BINS} bins.",
    ),
    "disentanglement": Score(
        "DCI disentanglement",
        "Whether each dimension matters for one factor alone (Eastwood and Williams 2018), by the "
        f"importances of random forests of {TREES} trees.",
    ),
    "completeness": Score(
        "DCI completeness",
        "Whether each factor is told by one dimension alone (Eastwood and Williams 2018).",
    ),
    "informativeness": Score(
        "DCI informativeness",
        "Share of held-out codes whose factors the forests predict: half of the codes are held "
        "out.",
    ),
    "factor_vae": Score(
        "FactorVAE score",
        "Whether the dimension that stands still tells which factor was fixed (Kim and Mnih "
        f"2018); {VOTES} votes of {IMAGES} images each, and as many to try it. Chance is one "
        "divided by the number of factors.",
    ),
}


@dataclass(frozen=True, eq=False)
class Found:
    """What was measured.

    Attributes:
        scores: Each of `SCORES` by its name.
        information: Normalised mutual information of factor and dimension, shape (k, d).
        n: Number of codes.
        seed: Of forests and draws.
    """

    scores: dict[str, float]
    information: np.ndarray
    n: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            **{name: round(value, 4) for name, value in self.scores.items()},
            "information": np.round(self.information, 4).tolist(),
            "n": self.n,
            "seed": self.seed,
        }


def measure(z: np.ndarray, factors: np.ndarray, seed: int = 0) -> Found:
    """Compute every score of the first `MOST` codes.

    Args:
        z: Codes (a VAE's means), shape (n, d).
        factors: Value of each factor, whole numbers ≥ 0, shape (n, k).
        seed: Of forests and draws.

    Raises:
        ExplorerError: If there are too few codes, or not as many factors as codes.
    """
    if len(z) != len(factors) or len(z) < LEAST:
        raise ExplorerError(
            f"Disentanglement needs the factors of {LEAST} codes or more. Received: {len(z):,} "
            f"codes and factors of {len(factors):,}."
        )
    z, factors = z[:MOST], factors[:MOST]
    information = normalised_information(z, factors)
    predicted = dci(z, factors, seed)
    scores = {
        "mig": mutual_information_gap(information),
        "disentanglement": predicted.disentanglement,
        "completeness": predicted.completeness,
        "informativeness": predicted.informativeness,
        "factor_vae": factor_vae_score(z, factors, seed),
    }
    return Found(scores, information, len(z), seed)
