"""What a family's numbers say, in sentences."""

from collections.abc import Sequence

from explorer.latent.posterior import ACTIVE_KL, APART, AgainstPrior

ACTIVE = f"KL above {ACTIVE_KL:g} nats"
CRITERION = (
    "Counted as an autoencoder: all codes together, their noise included, spread more than "
    f"{APART:g} times as wide as the prior, or less than 1/{APART:g} as wide. A dimension is in "
    f"use with a mean {ACTIVE}."
)


def verdict(found: AgainstPrior) -> str:
    """Return what one model is in effect."""
    if found.kind == "collapsed":
        return (
            "Collapsed: no dimension is in use. Every image has the same code and is decoded to "
            "the same mean image."
        )
    if found.kind == "autoencoder":
        return (
            f"An autoencoder in effect: its codes spread {found.spread:.1f} times as wide as the "
            "prior, which misses most places where images are."
        )
    if found.kind == "partly":
        return (
            f"A VAE with {found.active} of {len(found.kl)} dimensions in use: what the others "
            "could tell was not worth its price in KL. They carry noise alone."
        )
    return (
        f"A VAE: its codes spread {found.spread:.2f} times as wide as the prior, so what is drawn "
        "from the prior lies where images are. Every dimension is in use."
    )


def answer(betas: Sequence[float], found: Sequence[AgainstPrior]) -> str:
    """Return at which β a family turns from autoencoders to VAEs, and where it collapses.

    Args:
        betas: Rising.
        found: Of each β.
    """
    kinds = [each.kind for each in found]
    told = [_turn(betas, [kind == "autoencoder" for kind in kinds])]
    partly = [beta for beta, kind in zip(betas, kinds, strict=True) if kind == "partly"]
    collapsed = [beta for beta, kind in zip(betas, kinds, strict=True) if kind == "collapsed"]
    if partly:
        told.append(f"Some dimensions fall silent at {_list(partly)}.")
    if collapsed:
        told.append(f"All of them have at {_list(collapsed)}.")
    if not partly and not collapsed:
        told.append(f"Every dimension is still in use at β = {betas[-1]:g}.")
    return " ".join(told)


def shift(betas: Sequence[float], found: Sequence[AgainstPrior]) -> str:
    """Return how the noise of a code and the spread of all change from the largest β down."""
    first, last = found[-1], found[0]
    return (
        f"From β = {betas[-1]:g} down to {betas[0]:g} the noise of one code goes from "
        f"{first.noise:.2g} to {last.noise:.2g}, and the spread of all codes from "
        f"{first.spread:.3g} to {last.spread:.3g} (the prior: 1)."
    )


def _turn(betas: Sequence[float], is_ae: Sequence[bool]) -> str:
    """Return where autoencoders end and VAEs begin."""
    ae = [beta for beta, one in zip(betas, is_ae, strict=True) if one]
    vae = [beta for beta, one in zip(betas, is_ae, strict=True) if not one]
    if not ae:
        return f"Not in this family: at β = {betas[0]:g} the codes still fill the prior."
    if not vae:
        return f"In all of this family: even at β = {betas[-1]:g} the codes miss the prior."
    if max(ae) < min(vae):
        return (
            f"In this family between β = {max(ae):g}, in effect an autoencoder, and β = "
            f"{min(vae):g}, a VAE."
        )
    return f"In this family autoencoders in effect are those of {_list(ae)}."


def _list(betas: Sequence[float]) -> str:
    return f"β = {', '.join(f'{beta:g}' for beta in betas)}"
