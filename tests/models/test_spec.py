"""Models that cannot be."""

import pytest

from explorer.core.errors import ExplorerError
from explorer.models.spec import ModelSpec


def test_a_model_that_cannot_be_is_refused() -> None:
    with pytest.raises(ExplorerError, match="z_dim must be a whole number from 1 to 512"):
        ModelSpec("vae", "mlp", (28, 28, 1), 0)
    with pytest.raises(ExplorerError, match="more than the 200,000,000"):
        ModelSpec("vae", "mlp", (28, 28, 1), 10, (30_000, 30_000))
    with pytest.raises(ExplorerError, match="choose the loss mse"):
        ModelSpec("ae", "mlp", (28, 28, 1), 10, output="linear")
