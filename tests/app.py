"""The app without a browser: a page that is opened by its address, and what it says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def drawn(app: AppTest, role: str) -> list[dict[str, Any]]:
    """Return what a page sent to the parts of the front end that have a role."""

    def sent(node: Any) -> Iterator[dict[str, Any]]:
        if hasattr(node, "children"):
            for child in node.children.values():
                yield from sent(child)
        elif getattr(node, "type", "") == "bidi_component":
            yield from json.loads(node.proto.json)

    return [data for data in sent(app._tree) if data.get("role") == role]
