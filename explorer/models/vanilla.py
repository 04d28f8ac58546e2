"""No hidden layer besides the code."""

from dataclasses import dataclass

from explorer.core.errors import ExplorerError
from explorer.models.base import Shape
from explorer.models.mlp import Dense


@dataclass(frozen=True)
class Vanilla(Dense):
    """The smallest autoencoder: pixels, code, pixels."""

    def check(self, image_shape: Shape, widths: tuple[int, ...]) -> None:
        """Refuse any widths."""
        if widths:
            raise ExplorerError(
                "A vanilla autoencoder has no hidden layer besides its code: leave out widths, "
                f"or choose mlp. Received: widths {widths}."
            )


VANILLA = Vanilla(
    "vanilla",
    "The code alone",
    "one hidden layer: the code itself; with a linear code it learns what PCA finds",
    (),
    code_activation="relu",
)
