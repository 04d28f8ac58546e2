"""Which library trains, and on how many GPUs."""

import pytest

from explorer.core.errors import ExplorerError
from explorer.training import backend


@pytest.mark.parametrize(
    ("wanted", "gpus", "chosen"),
    [
        ("", {"tensorflow": 1, "jax": 1}, "tensorflow"),
        ("", {"tensorflow": 0, "jax": 2}, "jax"),
        ("", {"tensorflow": 0, "jax": 0}, "tensorflow"),
        ("", {"tensorflow": 0}, "tensorflow"),
        ("jax", {"tensorflow": 1, "jax": 0}, "jax"),
        ("torch", {"tensorflow": 1, "torch": 0}, "torch"),
    ],
)
def test_the_backend_is_the_one_with_a_gpu(wanted: str, gpus: dict[str, int], chosen: str) -> None:
    assert backend.choose(wanted, gpus) == chosen


def test_a_backend_that_is_none_or_not_installed_is_refused() -> None:
    with pytest.raises(ExplorerError, match="must be one of"):
        backend.choose("theano", {"tensorflow": 1})
    with pytest.raises(ExplorerError, match="not installed"):
        backend.choose("jax", {"tensorflow": 1})


@pytest.mark.parametrize(
    ("n", "batch_size", "n_validation", "used"),
    [(60_000, 512, 10_000, 4), (1198, 64, 599, 1), (1200, 64, 1000, 4), (1202, 64, 1000, 2)],
)
def test_gpus_share_batches_only_evenly(
    n: int, batch_size: int, n_validation: int, used: int
) -> None:
    devices = [f"gpu:{i}" for i in range(4)]
    sizes = (*backend.batch_sizes(n, batch_size), *backend.batch_sizes(n_validation, 1000))
    assert backend.parallel(devices, sizes) == devices[:used]
