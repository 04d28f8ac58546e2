"""Raw axes: some dimensions of the data as they are."""

from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.params import wholes
from explorer.projection.base import Embedding, Method, Tracker


@dataclass(frozen=True)
class Raw(Method):
    """Two or three axes of the data."""

    name = "raw"
    title = "Raw axes"
    caption = (
        "Two or three of the axes as they are, nothing is computed. Distances are true along these "
        "axes; the others are not seen."
    )
    quick = True
    linear = True

    axes: tuple[int, ...] = wholes(
        0, 9_999_999, "Axis", "Which dimensions are shown, counted from 0; the first ones if none."
    )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Return the chosen columns of the data."""
        if data.shape[1] == 1:
            return Embedding(np.hstack([data, np.zeros_like(data)]))
        return Embedding(data[:, list(self.data_axes(n_components))])

    def check(self, n: int, d: int) -> None:
        """Check that the data have the axes."""
        if self.axes and max(self.axes) >= d:
            raise ExplorerError(
                f"Axis {max(self.axes)} is outside the data: they have {d} dimensions, counted "
                f"from 0. Received: axes={self.axes}."
            )

    def check_components(self, n_components: int) -> None:
        """Check that there is an axis for each dimension of the picture."""
        if len(self.axes) not in (0, n_components):
            raise ExplorerError(
                f"axes must be {n_components} different axis numbers, counted from 0, or none for "
                f"the first ones. Received: {self.axes!r}."
            )

    def data_axes(self, n_components: int) -> tuple[int, ...]:
        """Return the axes: those chosen, else the first ones."""
        return self.axes or tuple(range(n_components))

    def axis_names(
        self, n_components: int, space: str, explained_variance: np.ndarray | None
    ) -> list[str]:
        """Return z and its index for latent codes, else the number of pixel or bin."""
        text = {"latent": "z<sub>{}</sub>", "edges": "edges {}"}.get(space, "pixel {}")
        return [text.format(axis) for axis in self.data_axes(n_components)]
