"""What a training will take."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer import checkpoints
from explorer.models.spec import ModelSpec
from explorer.training import backend, cost
from explorer.training.presets import PRESETS
from explorer.training.spec import TrainSpec


def test_an_estimate_scales_what_was_measured() -> None:
    model = ModelSpec("vae", "mlp", (28, 28, 1), 10)
    spec = TrainSpec("mnist", model, epochs=10, batch_size=500)
    facts = {"images_per_second": 20_000, "batch_size": 500, "device": backend.cpu_name()}
    known = checkpoints.Checkpoint(Path("known"), "mnist", model, facts, {}, "")
    assert cost.estimate(spec, []).seconds is None
    told = cost.estimate(spec, [known])
    assert told.parameters == model.parameters
    assert told.images_per_second == pytest.approx(20_000)
    assert told.seconds == pytest.approx(30)
    assert (told.measured_on, told.elsewhere) == ("known", False)
    wide = replace(spec, model=replace(model, widths=(2048, 1024, 512)))
    slower = cost.estimate(wide, [known])
    assert slower.seconds is not None
    assert slower.seconds > 4 * 30
    other = replace(known, training={**facts, "device": "GPU: H100"})
    assert cost.estimate(spec, [other]).elsewhere
    assert cost.estimate(spec, [known, other]).measured_on == "known"
    for nonsense in ({"images_per_second": 1e-308}, {"images_per_second": 0}, {"batch_size": 0}):
        unknown = replace(known, training={**facts, **nonsense})
        assert cost.estimate(spec, [unknown]).seconds is None


def test_the_estimated_size_is_that_of_a_checkpoint() -> None:
    shipped = Path(__file__).parents[2] / "checkpoints" / "fashion-vae-mlp-z10"
    size = sum(path.stat().st_size for path in shipped.iterdir() if path.is_file())
    assert cost.estimate(PRESETS["B"].spec, []).checkpoint_bytes == pytest.approx(size, rel=0.1)
