"""The sizes that an architecture tells are those that Keras builds."""

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer.core.errors import ExplorerError
from explorer.models.architectures import ARCHITECTURES
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import ModelSpec

SIZES = st.integers(8, 40)


def multiplications(*models: keras.Model) -> int:
    """Count the multiplications of one image, from the layers that were built."""
    counted = 0
    for layer in (layer for model in models for layer in model.layers):
        kernel = getattr(layer, "kernel", None)
        if kernel is None:
            continue
        # A convolution multiplies at each pixel that it writes, a transposed one where it reads.
        seen = {"Conv2D": layer.output, "Conv2DTranspose": layer.input}.get(type(layer).__name__)
        pixels = 1 if seen is None else int(np.prod(seen.shape[1:3]))
        counted += int(np.prod(kernel.shape)) * pixels
    return counted


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_spec_has_the_parameters_that_it_tells(architecture: str, data: st.DataObject) -> None:
    shape = (data.draw(SIZES), data.draw(SIZES), data.draw(st.sampled_from((1, 3))))
    n = len(ARCHITECTURES[architecture].widths)
    widths = tuple(data.draw(st.lists(st.integers(1, 12), min_size=min(n, 1), max_size=n)))
    kind = data.draw(st.sampled_from(("ae", "vae")))
    try:
        spec = ModelSpec(kind, architecture, shape, data.draw(st.integers(1, 9)), widths)
    except ExplorerError:
        assume(False)
    models = build_encoder(spec), build_decoder(spec)
    assert sum(model.count_params() for model in models) == spec.parameters
    assert models[0].input_shape[1:] == models[1].output_shape[1:] == shape


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 17, 3)])
def test_layers_are_told_as_keras_builds_them(
    architecture: str, shape: tuple[int, int, int]
) -> None:
    spec = ModelSpec("vae", architecture, shape, 5)
    for told, model in (
        (spec.encoder_layers, build_encoder(spec)),
        (spec.decoder_layers, build_decoder(spec)),
    ):
        built = iter([tuple(layer.output.shape[1:]) for layer in model.layers])
        assert [layer.title for layer in told if layer.shape not in built] == []  # in that order
        assert sum(layer.parameters for layer in told) == model.count_params()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 16, 3)])
def test_multiplications_are_counted_as_keras_counts_them(
    architecture: str, shape: tuple[int, int, int]
) -> None:
    spec = ModelSpec("vae", architecture, shape, 5)
    assert spec.multiplications == multiplications(build_encoder(spec), build_decoder(spec))
