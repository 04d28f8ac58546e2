"""What visitors may do.

With `EXPLORER_READ_ONLY=1` they look and touch, but change nothing. Else a visitor owns what they
start; others see it and may not end it, unless the server runs for one person or they came by the
administrator's link.
"""

import hmac
import os
from dataclasses import dataclass

from explorer.core.errors import ExplorerError

# Addresses at which only this machine is listened to.
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Visitor:
    """Who asks for something.

    Attributes:
        id: Names them among those who own jobs; "" names nobody.
        may_all: Whether they may end what others started.
    """

    id: str = ""
    may_all: bool = False

    def may_end(self, owner: str) -> bool:
        """Whether they may stop, resume or discard what `owner` started; "" started nothing."""
        return self.may_all or (bool(self.id) and self.id == owner)

    def check_may_end(self, owner: str, what: str) -> None:
        """Refuse to end what somebody else started.

        Args:
            owner: Who started it.
            what: What was asked for, as in "stop the training 'a'".

        Raises:
            ExplorerError: If they may not.
        """
        if not self.may_end(owner):
            raise ExplorerError(
                f"You cannot {what}: another visitor started it. Ask them, or whoever runs this "
                "app, who has the administrator's link."
            )


# Who runs the app: the command line, and code that asks for nobody.
HOST = Visitor(may_all=True)


def for_one_person(address: str | None) -> bool:
    """Whether the server runs for one person, who may do everything.

    `EXPLORER_ONE_PERSON` says so (1) or not (0); without it, it does where only this machine is
    listened to and no password is asked for.

    Args:
        address: At which the server listens; None: at all of this machine.
    """
    told = os.environ.get("EXPLORER_ONE_PERSON", "")
    alone = address in _THIS_MACHINE and not os.environ.get("EXPLORER_PASSWORD")
    return told != "0" if told else alone


def is_administrator(token: str) -> bool:
    """Whether a token is that of the administrator's link, `EXPLORER_ADMIN_TOKEN`.

    One of fewer than 16 characters opens nothing: it could be guessed.
    """
    wanted = os.environ.get("EXPLORER_ADMIN_TOKEN", "")
    same = hmac.compare_digest(token.encode("utf-8", "replace"), wanted.encode())
    return same and len(wanted) >= _SHORTEST_TOKEN


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


def code_allowed() -> bool:
    """Whether visitors may give Python files that are run: with `EXPLORER_ALLOW_CODE=1` alone."""
    return os.environ.get("EXPLORER_ALLOW_CODE", "") not in ("", "0")


def check_code_allowed() -> None:
    """Refuse to run a Python file of a visitor, which could do whatever this server may.

    Raises:
        ExplorerError: If it is not allowed.
    """
    if not code_allowed():
        raise ExplorerError(
            "Python files are not taken here, because they run code: whoever runs this server can "
            "start it with EXPLORER_ALLOW_CODE=1."
        )
