"""The decode page as Streamlit runs it, without a browser."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints
from explorer.core import memory
from explorer.training.presets import RECIPES
from explorer.ui.components import pad as module
from explorer.ui.components.pad import PadData
from explorer.ui.shared import pages

APP = str(Path(__file__).parents[2] / "explorer" / "ui" / "main.py")
VAE = "fashion-vae-mlp-z10"
PLANE = "digits-vae-z2"


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    memory.clear()


class Browser:
    """Stands in for the pad in the browser: notes what it is given, answers what it is told to."""

    def __init__(self) -> None:
        self.data: PadData | None = None
        self.answer: tuple[float, ...] | None = None

    def __call__(self, data: PadData, *, key: str) -> tuple[float, ...] | None:
        self.data = data
        return self.answer


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(module, "latent_pad", browser)
    return browser


def open_page(checkpoint: str = VAE, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["checkpoint"] = checkpoint
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(str(pages.path("decode")))
    return app.run()


def data(browser: Browser) -> PadData:
    assert browser.data is not None
    return browser.data


def codes(name: str) -> np.ndarray:
    return checkpoints.get(name).codes().latent.z_mean


class TestDecode:
    def test_is_given_the_checkpoint(self, browser: Browser) -> None:
        app = open_page()
        assert not app.exception
        given = data(browser)
        assert given.name == VAE
        assert given.image_shape == (28, 28, 1)
        assert given.class_names[9] == "Ankle boot"
        assert given.maps[0].name == "PCA"
        assert given.maps[0].linear is not None
        assert given.images is not None
        assert "prior" in given.prior.name

    def test_begins_at_the_first_image(self, browser: Browser) -> None:
        open_page()
        np.testing.assert_allclose(data(browser).start.z, codes(VAE)[0])

    def test_to_open_the_page_writes_nothing_into_the_url(self, browser: Browser) -> None:
        app = open_page(PLANE)
        assert set(app.query_params) <= {"checkpoint"}
        app.run()
        assert set(app.query_params) <= {"checkpoint"}

    def test_begins_at_the_image_chosen_on_the_map(self, browser: Browser) -> None:
        open_page(point="17")
        np.testing.assert_allclose(data(browser).start.z, codes(VAE)[17])
        assert data(browser).selection == 17

    def test_begins_at_the_z_of_a_link(self, browser: Browser) -> None:
        open_page(PLANE, z="0.5,-1.25")
        assert data(browser).start.z == (0.5, -1.25)

    @pytest.mark.parametrize(
        "z", ["", "1", "1,2,3", "1,nan", "1,inf", "a,b", "1;2", "1e99,0", "0,-2000"]
    )
    def test_a_damaged_link_begins_at_the_first_image(self, browser: Browser, z: str) -> None:
        app = open_page(PLANE, z=z)
        assert not app.exception
        np.testing.assert_allclose(data(browser).start.z, codes(PLANE)[0])
        assert "z" not in app.query_params

    def test_a_release_goes_into_the_url_and_does_not_move_the_start(
        self, browser: Browser
    ) -> None:
        app = open_page(PLANE)
        token = data(browser).start.token
        browser.answer = (1.5, -0.25)
        app.run()
        assert app.query_params["z"] == "1.5,-0.25"
        assert data(browser).start.token == token

    def test_the_place_is_kept_for_the_next_visit(self, browser: Browser) -> None:
        app = open_page(PLANE)
        browser.answer = (1.5, -0.25)
        app.run()
        app.switch_page(str(pages.path("map"))).run()
        browser.answer = None
        app.switch_page(str(pages.path("decode"))).run()
        assert data(browser).start.z == (1.5, -0.25)
        np.testing.assert_allclose(data(browser).start.home, codes(PLANE)[0])

    def test_another_checkpoint_is_another_start(self, browser: Browser) -> None:
        app = open_page(PLANE)
        token = data(browser).start.token
        app.session_state["checkpoint"] = VAE
        app.run()
        assert data(browser).start.token != token
        np.testing.assert_allclose(data(browser).start.z, codes(VAE)[0])


def test_every_shipped_checkpoint_opens(browser: Browser) -> None:
    for name in RECIPES:
        app = open_page(name)
        assert not app.exception, name
        assert data(browser).name == name
