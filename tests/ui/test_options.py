"""Streamlit's options are put together once, and are those that it has."""

import pytest
from streamlit import config

from explorer.ui.server import options


def test_streamlit_is_told_its_options_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = config.get_options_for_section
    monkeypatch.setattr(config, "get_options_for_section", look_up)  # put back at the end
    options.remember()
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar"):
        assert config.get_options_for_section(section) == look_up(section)
    assert config.get_options_for_section("theme") is config.get_options_for_section("theme")
