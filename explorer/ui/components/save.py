"""A button that saves maps as one picture; the browser draws it from what they show."""

from explorer.ui.components.frontend import mount


def save_maps(maps: str, title: str, notes: str, *, key: str) -> None:
    """Draw the button.

    Args:
        maps: The name of the maps, as for `scatter_map`.
        title: Stands over them, and names the file.
        notes: Stands below them.
        key: Key of the button.
    """
    mount({"role": "save", "maps": maps, "title": title, "notes": notes}, key=key)
