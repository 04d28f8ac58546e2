"""The part of the contract that says what the story of β is."""

from typing import Literal, TypedDict


class StoryMemberData(TypedDict):
    """A VAE of the family.

    Attributes:
        reconstruction: Loss of the test images, in `StoryData.unit`.
        kl: KL loss of the test images, in nats.
        dimensions: Mean KL divergence of each dimension, in nats.
        active: How many of them are in use.
        spread: Standard deviation of all codes together; 1 for the prior.
        within: Share of the codes within the prior's 2σ.
        points: Address of a .npy array (n, 2) float32.
        pictures: Address of a .npy array (pairs + drawn, h, w, c) uint8: reconstructions, and what
            is drawn from the prior.
        scores: Of its disentanglement, as `StoryData.scores` names them.
        verdict: What the model is in effect, in a sentence or two.
    """

    name: str
    beta: float
    reconstruction: float
    kl: float
    dimensions: list[float]
    active: int
    spread: float
    within: float
    points: str
    pictures: str
    scores: list[float]
    verdict: str


class StoryData(TypedDict):
    """VAEs that differ in β alone, on one slider.

    Attributes:
        name: Of the family; another name begins another story.
        start: Number of the member to begin with, or to go to when it changes.
        members: β rising.
        labels: Address of a .npy array (n,) int32.
        originals: Address of a .npy array (pairs, h, w, c) uint8; null where they are not here.
        pairs: How many images are reconstructed.
        drawn: How many are drawn from the prior.
        image_shape: Height, width, channels.
        class_names: Name of each class.
        colors: CSS colour of each class, as #rrggbb.
        axes: Titles of the axes.
        caption: What the points are.
        unit: Of the reconstruction loss.
        active: What counts as a dimension in use.
        expected: Share of the prior within its own 2σ.
        scores: Names of scores of disentanglement; none where the factors are not known.
    """

    role: Literal["story"]
    name: str
    start: int
    members: list[StoryMemberData]
    labels: str
    originals: str | None
    pairs: int
    drawn: int
    image_shape: tuple[int, int, int]
    class_names: list[str]
    colors: list[str]
    axes: tuple[str, str]
    caption: str
    unit: str
    active: str
    expected: float
    scores: list[str]
