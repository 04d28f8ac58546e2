"""Each page has its title and its question."""

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.shared import pages


def test_the_pages_are_those_of_the_folder() -> None:
    assert {file.stem for file in pages.FOLDER.glob("*.py")} == set(pages.PAGES)


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_says_what_it_answers(name: str) -> None:
    app = AppTest.from_file(str(pages.path(name)), default_timeout=60).run()
    drawn = unescape("".join(element.value for element in app.get("html")))
    assert f"<h1>{pages.PAGES[name].title}</h1>" in drawn
    assert pages.PAGES[name].question in drawn
    assert pages.PAGES[name].question.endswith("?")
