"""The ordinary way to decode: `st.slider`, and a decoder on the server (`DECODER=onnx|keras`)."""

import os

import numpy as np
import streamlit as st

from explorer import checkpoints
from explorer.checkpoints.onnx import Decoder

NAME = os.environ["CHECKPOINT"]


@st.cache_resource
def _decode():  # type: ignore[no-untyped-def]
    checkpoint = checkpoints.get(NAME)
    if os.environ["DECODER"] == "onnx":
        return Decoder(checkpoint.decoder_file).decode
    import keras

    model = keras.models.load_model(checkpoint.path / "decoder.keras")
    return lambda z: model.predict(z, verbose=0)


@st.cache_resource
def _start() -> np.ndarray:
    return np.asarray(checkpoints.get(NAME).codes().latent.z_mean[0])


sliders = [st.slider(f"z{i}", -4.0, 4.0, float(value)) for i, value in enumerate(_start())]
image = _decode()(np.array([sliders], np.float32))[0]
st.image(np.clip(image, 0, 1), width=400)
