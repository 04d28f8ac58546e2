"""What picture of which points is wanted."""

from dataclasses import dataclass, field
from functools import cached_property

from explorer.core import spaces
from explorer.core.params import MethodSpec, choice, seed, whole
from explorer.core.storage import content_hash
from explorer.projection.base import Method
from explorer.projection.methods import METHODS
from explorer.projection.pca import PCA

VERSION = 2

MIN_POINTS = 5


@dataclass(frozen=True)
class ProjectionSpec(MethodSpec):
    """What picture is wanted of which data.

    Attributes:
        method: How it is computed.
        n_components: 2 or 3, the dimensions of the picture.
        space: What the rows of the data are: "latent" codes, "original" or "reconstructed"
            images, or the "edges" in them.
        seed: Decides all that is random.
        sample_size: Of more rows than this, a random subset of this size is taken.

    Raises:
        ExplorerError: If a value is not allowed.
    """

    methods = METHODS
    usual = PCA.name

    method: Method = field(default_factory=PCA)
    n_components: int = whole(2, 2, 3, "Dimensions", "Of the picture, 2 or 3.")
    space: str = choice(
        "latent", spaces.TITLES, "Space", "What is drawn: codes, images, reconstructions or edges."
    )
    seed: int = seed()
    sample_size: int = whole(
        10_000,
        MIN_POINTS,
        10_000_000,
        "Points at most",
        "Of more points, so many are drawn at random.",
        slider=(500, 10_000, 500),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.method.check_components(self.n_components)

    @property
    def data_axes(self) -> tuple[int, ...] | None:
        """Which axes of the data the picture shows as they are; None if it computes others."""
        return self.method.data_axes(self.n_components)

    @property
    def name(self) -> str:
        """Names its files and jobs: method and hash."""
        return f"{self.method.name}-{self.hash}"

    @cached_property
    def hash(self) -> str:
        """The spec's stable name, 12 hexadecimal digits."""
        axes = self.data_axes
        return content_hash(self.to_dict() | ({"axes": axes} if axes else {}), VERSION)
