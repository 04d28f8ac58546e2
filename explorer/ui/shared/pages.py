"""Where the pages are."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "pages"


def path(name: str) -> Path:
    """Return the file of a page, for instance "map"; Streamlit knows pages by their files."""
    return FOLDER / f"{name}.py"
