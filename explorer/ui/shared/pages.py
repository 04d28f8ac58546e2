"""The pages: where they are, what they are called, and the question that each answers."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "pages"


@dataclass(frozen=True)
class PageInfo:
    """What is said of a page.

    Attributes:
        title: Its name.
        icon: Its icon in the navigation, as Streamlit names it.
        question: What it answers, in one line.
        of_checkpoint: Whether it is about a checkpoint, which the sidebar then offers to choose.
    """

    title: str
    icon: str
    question: str
    of_checkpoint: bool = True


# By the names of their files, in the order of the navigation; the first one opens.
PAGES = {
    "map": PageInfo("Map", "scatter_plot", "Which images does the model find alike?"),
    "decode": PageInfo("Decode", "tune", "What does each number of the code do to the image?"),
    "cluster": PageInfo(
        "Cluster", "bubble_chart", "Which groups does the model form without labels?"
    ),
    "compare": PageInfo("Compare", "compare", "What does another model make of the same images?"),
    "story": PageInfo(
        "Story of β",
        "auto_stories",
        "When does a VAE become an autoencoder?",
        of_checkpoint=False,
    ),
    # To train needs no checkpoint: it is how there comes to be one.
    "train": PageInfo(
        "Train", "model_training", "How does a latent space come about?", of_checkpoint=False
    ),
    "library": PageInfo(
        "Library",
        "local_library",
        "Which models and images are here, and how do I bring mine?",
        of_checkpoint=False,
    ),
}


def path(name: str) -> Path:
    """Return the file of a page, for instance "map"; Streamlit knows pages by their files."""
    return FOLDER / f"{name}.py"
