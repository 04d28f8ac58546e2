"""Where a VAE's codes lie against its prior."""

from typing import Any

import numpy as np
import pytest

from explorer.checkpoints.onnx import LatentCodes
from explorer.latent.posterior import (
    WITHIN_TWO_SIGMA,
    AgainstPrior,
    against_prior,
    shown_axes,
)

RNG = np.random.default_rng(0)


def _measured(z_mean: np.ndarray, z_log_var: np.ndarray) -> AgainstPrior:
    kl = LatentCodes(z_mean, z_log_var).kl
    assert kl is not None
    return against_prior(z_mean, z_log_var, kl)


def test_the_spread_is_that_of_codes_that_are_drawn() -> None:
    means = RNG.normal(1, [0.5, 3], (400, 2)).astype(np.float32)
    log_vars = RNG.normal(-1, 0.3, (400, 2)).astype(np.float32)
    found = _measured(means, log_vars)
    drawn = means + np.exp(log_vars / 2) * RNG.normal(size=(5000, 400, 2))
    assert found.spread == pytest.approx(np.sqrt(drawn.var(axis=(0, 1)).mean()), rel=0.01)
    assert found.noise == pytest.approx(np.sqrt(np.exp(log_vars).mean()), rel=1e-5)
    # The KL divergence of each dimension, by drawing.
    z = drawn[:300]
    log_q = -((z - means) ** 2) / np.exp(log_vars) / 2 - log_vars / 2
    assert found.kl == pytest.approx((log_q + z**2 / 2).mean(axis=(0, 1)).tolist(), rel=0.02)


def test_codes_of_the_prior_lie_within_two_sigma_as_often_as_it_says() -> None:
    found = _measured(
        RNG.normal(size=(20_000, 2)).astype(np.float32), np.full((20_000, 2), -9, np.float32)
    )
    assert found.within == pytest.approx(WITHIN_TWO_SIGMA, abs=0.01)
    assert found.kind == "vae"


@pytest.mark.parametrize(
    ("kl", "spread", "kind"),
    [
        ((3.0, 2.0), 1.1, "vae"),
        ((3.0, 2.0), 2.1, "autoencoder"),
        ((3.0, 2.0), 0.4, "autoencoder"),
        ((3.0, 0.01), 1.0, "partly"),
        ((0.01, 0.0), 1.0, "collapsed"),
    ],
)
def test_what_a_model_is_in_effect_is_read_from_its_codes(
    kl: tuple[float, ...], spread: float, kind: Any
) -> None:
    assert AgainstPrior(kl, spread, 0.5, 0.9).kind == kind


def test_the_axes_that_are_drawn_are_those_that_tell_most() -> None:
    assert shown_axes(np.array([[1.0, 0.0, 5.0, 2.0]])) == (2, 3)
    assert shown_axes(np.array([[1.0, 5.0]])) == (0, 1)
    assert shown_axes(np.array([[1.0]])) is None
