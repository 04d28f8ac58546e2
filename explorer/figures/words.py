"""Names that others chose, as Plotly shows them: it reads its texts as HTML and as templates."""

import html


def plain(name: str) -> str:
    """Return a name that a figure shows as it is: no link, no markup, no place for a value."""
    return html.escape(name, quote=False).replace("{", "&#123;").replace("$", "&#36;")
