"""Presets are what the sources trained."""

from explorer import datasets
from explorer.training.presets import PRESETS


def test_the_first_preset_is_a_quick_one_whose_images_ship() -> None:
    first = next(iter(PRESETS.values())).spec
    assert len(datasets.load(first.dataset, "train", download=False).images) < 2000
    assert first.epochs * first.model.parameters < 10e6


def test_presets_are_named_by_what_they_teach_with_the_source_in_brackets() -> None:
    for name, preset in PRESETS.items():
        source = "A first try" if name == "quick" else f"{name})"
        assert source in preset.title
        assert "·" not in preset.title


def test_presets_are_what_the_sources_trained() -> None:
    assert PRESETS["A3"].spec.model.z_dim == 25
    assert PRESETS["A3"].spec.model.loss == "mse"
    data = datasets.info("mnist").n_train - PRESETS["A3"].spec.validation_size
    assert data == 50_000
    assert PRESETS["N2D"].spec.model.widths == (500, 500, 2000)
    assert PRESETS["N2D"].spec.model.z_dim == 10
