"""Presets are what the sources trained."""

from explorer import datasets
from explorer.training.presets import PRESETS


def test_presets_are_what_the_sources_trained() -> None:
    assert PRESETS["A3"].spec.model.z_dim == 25
    assert PRESETS["A3"].spec.model.loss == "mse"
    data = datasets.info("mnist").n_train - PRESETS["A3"].spec.validation_size
    assert data == 50_000
    assert PRESETS["N2D"].spec.model.widths == (500, 500, 2000)
    assert PRESETS["N2D"].spec.model.z_dim == 10
