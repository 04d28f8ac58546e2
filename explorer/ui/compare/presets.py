"""Comparisons that teach something: two of the checkpoints that ship, and what to look at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A comparison.

    Attributes:
        title: The question that it answers.
        left: Name of the one checkpoint.
        right: Name of the other.
        what: What to look at, in a sentence or two.
        pictures: In which projections, left and right.
        spaces: Which points are seen, left and right.
        colour: What colours the points, of `form.COLOURS`.
    """

    title: str
    left: str
    right: str
    what: str
    pictures: tuple[str, str] = ("pca", "pca")
    spaces: tuple[str, str] = ("latent", "latent")
    colour: str = "label"


PRESETS = {
    "kl": Preset(
        "What does the KL term do?",
        "mnist-ae-cnn-z2",
        "mnist-vae-cnn-z2",
        "The same network, without and with a KL term. Look at the scale: the KL term draws the "
        "codes towards the origin, and closes the gaps between the classes.",
        ("raw", "raw"),
    ),
    "dimensions": Preset(
        "2 against 16 dimensions",
        "mnist-ae-cnn-z2",
        "mnist-ae-cnn-z16",
        "The same network with 2 and with 16 numbers for an image. Compare the reconstructions of "
        "a digit, and the losses of each class.",
    ),
    "convolutions": Preset(
        "Dense against convolutional",
        "fashion-vae-mlp-z10",
        "fashion-ae-cnn-z10",
        "Ten numbers for an image, by dense layers and by convolutions. The dense one has a KL "
        "term too: its codes are where the prior wants them.",
    ),
    "pictures": Preset(
        "t-SNE beside UMAP",
        "fashion-vae-mlp-z10",
        "fashion-vae-mlp-z10",
        "One model's codes in two pictures. Both keep neighbours and lose distances, each in its "
        "own way: yellow images have the same neighbours in both, dark ones do not.",
        ("tsne", "umap"),
        colour="shared",
    ),
    "denoising": Preset(
        "Do reconstructions cluster better than pixels?",
        "fashion-vae-mlp-z10",
        "fashion-vae-mlp-z10",
        "The same images as pixels and as the model paints them again: what it leaves out is "
        "mostly noise, and the classes move apart. The Cluster page measures it (Representations).",
        spaces=("original", "reconstructed"),
    ),
}
