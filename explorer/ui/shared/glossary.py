"""The words of the trade: one sentence each, for help texts and for captions that can be asked."""

import html
import re

import streamlit as st

from explorer.clustering.metrics import FIT_SCORES, SCORES
from explorer.projection import ACCURACY_SAMPLE, QUALITY_NEIGHBORS, QUALITY_SAMPLE

# Scores explain themselves where they are defined; the other terms here.
TERMS = {
    **{score.title: score.caption for score in (*FIT_SCORES.values(), *SCORES.values())},
    "trustworthiness": f"How many of a point's {QUALITY_NEIGHBORS} nearest neighbours in the "
    "picture are near in the data too: 1 is best, about 0.5 is chance (Venna and Kaski, 2001); on "
    f"{QUALITY_SAMPLE:,} of the points.",
    "kNN accuracy": f"Share of points (of at most {ACCURACY_SAMPLE:,}) whose {QUALITY_NEIGHBORS} "
    "nearest neighbours vote for their label: in the picture of a map, in all latent dimensions in "
    "the grid of β.",
    "perplexity": "About how many neighbours t-SNE tries to keep near each point.",
    "nats": "The unit of information with natural logarithms: 1 nat is 1.44 bits.",
    "KL divergence": "How much the code's Gaussian q(z|x) says beyond the prior N(0, 1), in nats "
    "(Kullback and Leibler, 1951); 0 for a dimension that carries nothing.",
    "variance": "Mean of the squared distances from the mean: how far values lie apart, for "
    "instance those of a latent dimension.",
    "standard deviations": "The standard deviation σ is the square root of the variance: about two "
    "thirds of bell-shaped values lie within one of their mean.",
    "σ": "The standard deviation of the real codes along a dimension: about two thirds of them lie "
    "within one of their mean.",
    "KL loss": "The KL divergence of a code from the prior, summed over the latent dimensions: it "
    "keeps the codes near the origin and without holes.",
    "reconstruction loss": "How far the reconstruction is from its image, summed over the pixels: "
    "cross-entropy (in nats) or squared error.",
    "reconstruction error": "The reconstruction loss of one image.",
    "total loss": "What is minimised: reconstruction loss + β · KL loss.",
    "β": "The weight of the KL loss: 1 is the plain VAE, near 0 it becomes an autoencoder.",
    "decoder": "The half of the model that makes an image of a code z.",
    "Gaussian fitted to the codes": "The bell curve with the mean and the covariance of the real "
    "codes: an autoencoder has no prior to draw from.",
    "prior": "Where codes lie before an image is seen: N(0, 1) in each dimension of a VAE.",
    "latent dimensions": "How many numbers the code z of an image has.",
    "active dimensions": "Dimensions whose code varies by more than 0.01 (variance) from image to "
    "image; the others carry nothing.",
    "spread of the codes": "Root mean square of the codes' standard deviations: 1 for the prior.",
    "sigmoid": "Squeezes any number into 0 … 1: 1 / (1 + exp(−x)).",
    "ReLU": "max(0, x): a straight line with a bend at 0.",
    "epochs": "How often all training images are seen.",
    "elbow": "Where a falling curve lies farthest below the straight line between its ends: a rule "
    "of thumb for the number of clusters, no proof.",
    "centroid": "The mean of the points of a cluster.",
}
_KNOWN = {term.lower(): term for term in TERMS}
_ANY = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(map(re.escape, TERMS), key=len, reverse=True))})(?![\w-])",
    re.IGNORECASE,
)


def meaning(*terms: str) -> str:
    """Return what terms mean, for the `help` of a widget or a table.

    Raises:
        KeyError: If the glossary has no such term.
    """
    if len(terms) == 1:
        return TERMS[_KNOWN[terms[0].lower()]]
    return "  \n".join(f"**{term}**: {TERMS[_KNOWN[term.lower()]]}" for term in terms)


def marked(text: str) -> str:
    """Return a text in which the first mention of each known term tells what it means.

    It is told on hover, and when the term has the keyboard's focus.

    Args:
        text: Markdown or HTML without attributes.
    """
    told: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        term = _KNOWN[found[0].lower()]
        if term in told:
            return found[0]
        told.add(term)
        meaning = html.escape(TERMS[term])
        return (
            f'<dfn tabindex="0" class="explorer-term">{found[0]}'
            f'<span role="tooltip">{meaning}</span></dfn>'
        )

    return _ANY.sub(mark, text)


def caption(text: str, help: str | None = None) -> None:
    """Draw a caption, in Markdown, whose terms can be asked what they mean."""
    st.caption(marked(text), unsafe_allow_html=True, help=help)
