"""The map of a checkpoint with more codes than a costly picture shows."""

from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from benchmarks.million import make
from explorer import checkpoints
from tests.app import MAIN

N = 12_000


def test_quick_pictures_are_of_all_codes_and_others_say_of_which(checkpoint_folder: Path) -> None:
    name = make(checkpoint_folder, N).name
    latent = checkpoints.get(name).codes().latent
    assert latent.z_mean.shape == (N, 2)
    assert np.isfinite(latent.z_mean).all()

    def said(**query: str) -> str:
        app = AppTest.from_file(MAIN, default_timeout=60)
        for key, value in {"checkpoint": name, "point": str(N - 1), **query}.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return "\n".join(str(part.value) for part in [*app.markdown, *app.caption])

    raw = said()
    assert "Raw axes of 12,000 test images" in raw
    assert "image 11,999 · reconstruction error" in raw
    some = said(space="Reconstructions", projection="PCA")
    assert "PCA of 10,000 of 12,000 (drawn at random) test images" in some
