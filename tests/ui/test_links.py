"""Addresses with values that cannot be, and the links of visitors and administrators."""

import random

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.shared import links, state
from tests.app import MAIN, said

WRONG_NUMBERS = [
    *("inf", "-inf", "nan", "1e999", "-1e999", "9" * 400, "", "seven", "0x10", "1.5", "-1"),
    *("\0", "5\0", "\ud800", "9" * 1_000_000),
]


@pytest.mark.parametrize("name", ["k", "seed", "smallest", "pca-latent", "pca-original", "point"])
def test_what_is_no_number_of_its_kind_is_taken_out(name: str) -> None:
    assert [value[:20] for value in WRONG_NUMBERS if links.is_sound(name, [value])] == []
    assert links.is_sound(name, ["20"])
    assert not links.is_sound(name, ["20", "30"])
    assert not links.is_sound(name, [])


def test_a_number_may_be_a_fraction_where_its_parameter_may() -> None:
    assert links.is_sound("noise", ["0.3"])
    assert not links.is_sound("noise", ["-0.3"])


@pytest.mark.parametrize("value", ["a" * 201, "a\0b", "\ud800", "a\nb"])
def test_what_is_no_text_is_taken_out(value: str) -> None:
    for name in ("checkpoint", "space", "training", "unknown"):
        assert not links.is_sound(name, [value])
        assert links.is_sound(name, ["plain text"])


@pytest.mark.parametrize("name", ["near", "a parameter that comes later"])
def test_what_no_box_of_numbers_survives_is_taken_out_for_all(name: str) -> None:
    for value in ("inf", "-Infinity", "nan", "1e999", "9" * 150 + "e300", ""):
        assert not links.is_sound(name, [value])
    assert links.is_sound(name, ["5"])


def test_a_code_of_many_numbers_is_kept() -> None:
    assert links.is_sound("z", [",".join(["-1.23456"] * 512)])


def test_no_address_makes_it_raise() -> None:
    dice = random.Random(0)
    pieces = ["1", "e", "9" * 30, "-", ".", "inf", "nan", "\0", "\ud800", "é", "٣", " ", "_", ","]
    names = [*links._NUMBERS, "checkpoint", "z", "tab", "\0", "x" * 100]
    for _ in range(5000):
        value = "".join(dice.choices(pieces, k=dice.randrange(12)))
        assert links.is_sound(dice.choice(names), [value] * dice.choice([1, 1, 1, 2])) in (
            True,
            False,
        )


def _app(**query: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["checkpoint"] = "digits-vae-z2"
    for name, value in query.items():
        app.query_params[name] = value
    return app


def test_a_page_opens_on_its_defaults_where_the_address_is_nonsense() -> None:
    app = _app(k="inf", seed="1e999", point="-inf", space="a\0b", colour="z 1").run()
    assert not app.exception
    assert not app.error
    assert app.query_params.keys() == {"checkpoint", "colour"}
    assert app.selectbox(key="checkpoint").value == "digits-vae-z2"


def test_former_words_for_spaces_lead_where_they_led() -> None:
    app = _app(space="Reconstructed", points="Original pixels", projection="PCA").run()
    assert not app.exception
    assert "pixels of their reconstructions" in said(app)
    assert app.query_params["space"] == "Reconstructions"
    assert app.query_params["points"] == "Pixels"


@pytest.mark.parametrize(("token", "may"), [("x" * 20, True), ("y" * 20, False)])
def test_the_administrators_link_is_taken_from_the_address(
    token: str, may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_ADMIN_TOKEN", "x" * 20)
    monkeypatch.setattr(state, "_ADMINISTRATORS", known := set())
    app = _app(admin=token).run()
    assert not app.exception
    assert "admin" not in app.query_params
    assert bool(known) == may
