"""The pages: where they are, what they are called, and the question that each answers."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "pages"


@dataclass(frozen=True)
class About:
    """What is said of a page.

    Attributes:
        title: Its name.
        icon: Its icon in the navigation, as Streamlit names it.
        question: What it answers, in one line.
    """

    title: str
    icon: str
    question: str


# By the names of their files, in the order of the navigation; the first one opens.
PAGES = {
    "map": About("Map", "scatter_plot", "Which images does the model find alike?"),
    "decode": About("Decode", "tune", "What does each number of the code do to the image?"),
    "cluster": About("Cluster", "bubble_chart", "Which groups does the model form without labels?"),
    "train": About("Train", "model_training", "How does a latent space come about?"),
}


def path(name: str) -> Path:
    """Return the file of a page, for instance "map"; Streamlit knows pages by their files."""
    return FOLDER / f"{name}.py"
