"""What visitors may do: with `EXPLORER_READ_ONLY=1`, look and touch, but change nothing."""

import os

from explorer.core.errors import ExplorerError


def read_only() -> bool:
    """Whether this app only shows what is there."""
    return os.environ.get("EXPLORER_READ_ONLY", "") not in ("", "0")


def check_may_change(what: str) -> None:
    """Refuse to change anything in a read-only app; pages call it before they act.

    Args:
        what: What was asked for, as in "start a training".

    Raises:
        ExplorerError: If the app is read-only.
    """
    if read_only():
        raise ExplorerError(
            f"This app is read-only, it cannot {what}: whoever runs it can start it without "
            "EXPLORER_READ_ONLY."
        )
