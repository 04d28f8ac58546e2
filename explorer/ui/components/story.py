"""A family of VAEs on one slider: the browser has all of it, the server hears of no move."""

from explorer.ui.components.contract_story import StoryData
from explorer.ui.components.frontend import mount


def story(data: StoryData, *, key: str) -> None:
    """Draw the family; the slider begins at `data["start"]`."""
    mount(data, key=key)
