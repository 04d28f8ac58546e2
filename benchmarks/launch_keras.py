"""The app, but its pages decode with Keras `predict` in the web process: the ordinary way.

The browser decodes nothing of a click before the server has.
"""

import sys
from functools import cache

import keras
import numpy as np
from streamlit.web import cli

from explorer.checkpoints import Checkpoint
from explorer.ui.components import preview
from explorer.ui.shared import cached


@cache
def _decoder(path: str) -> keras.Model:
    model = keras.models.load_model(path)
    model.predict(np.zeros((1, *model.input_shape[1:]), np.float32), verbose=0)
    return model


def _decode(checkpoint: Checkpoint, z: np.ndarray) -> np.ndarray:
    return np.asarray(_decoder(str(checkpoint.path / "decoder.keras")).predict(z, verbose=0))


cached.decode = _decode
preview.preview = lambda *args: None  # before a page imports it
sys.argv = ["streamlit", "run", "app.py", f"--server.port={sys.argv[1]}", *sys.argv[2:]]
cli.main()
