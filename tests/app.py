"""The app without a browser: a page that is opened by its address, and what it says."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from explorer.ui.shared import pages

_MEANINGS = re.compile(r'<span role="tooltip">.*?</span>|</?dfn[^>]*>')
MAIN = str(Path(__file__).parents[1] / "explorer" / "ui" / "main.py")


def addressed(**query: str) -> AppTest:
    """Return the app with an address, not yet run."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def opened(page: str, **query: str) -> AppTest:
    """Open a page of `pages.PAGES`."""
    app = addressed(**query).run()
    return app if page == "map" else app.switch_page(str(pages.path(page))).run()


def said(app: AppTest) -> str:
    """Return the texts of a page, without what the terms of the glossary mean."""
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return _MEANINGS.sub("", "\n".join(str(part.value) for part in parts))
