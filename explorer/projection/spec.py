"""What picture of which points is wanted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from explorer.core.errors import ExplorerError
from explorer.core.params import Parameters, choice, parameters, seed, whole
from explorer.core.storage import content_hash
from explorer.projection.base import Method
from explorer.projection.methods import METHODS
from explorer.projection.pca import PCA

VERSION = 2

MIN_POINTS = 5

SPACE_TITLES = {"latent": "Latent", "original": "Pixels", "reconstructed": "Reconstructed"}


@dataclass(frozen=True)
class ProjectionSpec(Parameters):
    """What picture is wanted of which data.

    Attributes:
        method: How it is computed.
        n_components: 2 or 3, the dimensions of the picture.
        space: What the rows of the data are: "latent" codes, "original" or "reconstructed" images.
        seed: Decides all that is random.
        sample_size: Of more rows than this, a random subset of this size is taken.

    Raises:
        ExplorerError: If a value is not allowed.
    """

    method: Method = field(default_factory=PCA)
    n_components: int = whole(2, 2, 3, "Dimensions", "Of the picture, 2 or 3.")
    space: str = choice(
        "latent", SPACE_TITLES, "Space", "What is drawn: codes, images or reconstructions."
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

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build it from plain data, as `to_dict` gives them; what is absent has its default.

        Raises:
            ExplorerError: If a name is neither its parameter nor the method's, or a value is not
                allowed.
        """
        own = {item.name for item in parameters(cls)}
        name = values.get("method", PCA.name)
        if not isinstance(name, str) or name not in METHODS:
            raise ExplorerError(f"method must be one of {', '.join(METHODS)}. Received: {name!r}.")
        rest = {key: value for key, value in values.items() if key not in own and key != "method"}
        method = METHODS[name].of(rest)
        return cls(method, **{key: value for key, value in values.items() if key in own})

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data: the method's name, its parameters, and the other fields."""
        own = {
            parameter.name: getattr(self, parameter.name) for parameter in parameters(type(self))
        }
        return {"method": self.method.name, **own, **asdict(self.method)}

    @property
    def data_axes(self) -> tuple[int, ...] | None:
        """Which axes of the data the picture shows as they are; None if it computes others."""
        return self.method.data_axes(self.n_components)

    @property
    def name(self) -> str:
        """Names its files and jobs: method and hash."""
        return f"{self.method.name}-{self.hash}"

    @property
    def hash(self) -> str:
        """The spec's stable name, 12 hexadecimal digits."""
        axes = self.data_axes
        return content_hash(self.to_dict() | ({"axes": axes} if axes else {}), VERSION)
