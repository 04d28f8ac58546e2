"""What the dimensions of both models tell of the factors that the images are made of."""

from explorer.ui.compare.form import Choice
from explorer.ui.shared import factors


def suits(choice: Choice) -> bool:
    """Return whether these factors are known."""
    return factors.known(choice.left.checkpoint)


def draw(choice: Choice) -> None:
    """Draw both matrices, and the scores of disentanglement."""
    factors.draw((choice.left.checkpoint, choice.right.checkpoint), "compare-factors")
