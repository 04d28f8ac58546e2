"""What would be trained: the network layer by layer, and what is minimised."""

import html
import math

import streamlit as st

from explorer.models.base import Layer
from explorer.models.spec import ACTIVATIONS, CODE_ACTIVATIONS, ModelSpec
from explorer.ui.shared import glossary

_RECONSTRUCTION = {
    "bce": r"-\,x \ln\hat x - (1 - x) \ln(1 - \hat x)",
    "mse": r"(x - \hat x)^2",
}


def draw(model: ModelSpec) -> None:
    """Draw the layers of a model as a table whose bars narrow towards the code, and its loss."""
    st.html(table(model))
    activations = f"{ACTIVATIONS[model.activation]} between the layers"
    if model.kind == "ae":
        activations += f", {CODE_ACTIVATIONS[model.code_activation]} at the code"
    glossary.caption(
        f"{activations[0].upper()}{activations[1:]}, a sigmoid at the image. Bars grow with the "
        "logarithm of how many numbers a layer gives."
    )
    st.markdown("**What is minimised**, as a mean over the images")
    st.latex(formula(model))
    glossary.caption(legend(model))


def table(model: ModelSpec) -> str:
    """Return the layers as HTML: name, shape of what it gives for one image, parameters."""
    image = Layer("Image", model.image_shape)
    code = [Layer("Code z", (model.z_dim,))] if model.kind == "vae" else []
    parts = {
        "Encoder": [image, *model.encoder_layers],
        "Decoder": [*code, *model.decoder_layers],
    }
    most = max(math.prod(layer.shape) for layers in parts.values() for layer in layers)
    rows = "".join(
        f'<tr><th colspan="4" scope="rowgroup">{part}</th></tr>'
        + "".join(_row(layer, most) for layer in layers)
        for part, layers in parts.items()
    )
    return (
        '<table class="explorer-network"><thead><tr><th scope="col">Layer</th>'
        '<th scope="col">Numbers</th><th scope="col">Shape</th><th scope="col">Parameters</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(layer: Layer, most: int) -> str:
    numbers = math.prod(layer.shape)
    width = 100 * math.log2(1 + numbers) / math.log2(1 + most)
    shape = " × ".join(map(str, layer.shape))
    parameters = f"{layer.parameters:,}" if layer.weights else ""
    return (
        f"<tr><td>{html.escape(layer.title)}</td>"
        f'<td><i style="width:{width:.0f}%"></i></td><td>{shape}</td><td>{parameters}</td></tr>'
    )


def formula(model: ModelSpec) -> str:
    """Return the loss of one image as LaTeX; x are its pixels, x̂ those of its reconstruction."""
    terms = [
        rf"\underbrace{{\sum_{{\text{{pixels}}}} {_RECONSTRUCTION[model.loss]}}}"
        r"_{\text{reconstruction loss}}"
    ]
    if model.kind == "vae":
        kl = rf"\tfrac{{1}}{{2}} \sum_{{j=1}}^{{{model.z_dim}}} "
        kl += r"\left(\mu_j^2 + \sigma_j^2 - \ln\sigma_j^2 - 1\right)"
        beta = rf"\underbrace{{{model.beta:g}}}_{{\beta}}"
        terms.append(rf"{beta} \cdot \underbrace{{{kl}}}_{{\text{{KL loss}}}}")
    for weight, norm in ((model.l1, r"\sum_j |z_j|"), (model.l2, r"\sum_j z_j^2")):
        if weight:
            terms.append(rf"{weight:g} \cdot {norm}")
    # So far below the baseline that no brace reaches into the next line.
    lines = r" \\[3.3em] &+ ".join(terms)
    return rf"\begin{{aligned}} \mathcal{{L}} = &\phantom{{+}} {lines} \end{{aligned}}"


def legend(model: ModelSpec) -> str:
    """Return what the letters of the formula mean."""
    parts = ["x is a pixel of the image, x̂ the same pixel of its reconstruction"]
    if model.kind == "vae":
        parts.append(
            "the encoder gives μ = z_mean and ln σ² = z_log_var; z is drawn from N(μ, σ²), and the "
            "KL loss pulls it to the prior N(0, 1)"
        )
        if model.kl_warmup:
            parts.append(
                f"the weight β grows from 0 to {model.beta:g} in the first {model.kl_warmup} epochs"
            )
    if model.noise:
        parts.append(f"the encoder sees the image with noise of σ = {model.noise:g}")
    return (
        f"{'. '.join(part[0].upper() + part[1:] if i else part for i, part in enumerate(parts))}."
    )
