"""Under which names the server answers: a foreign page must not reach it by a name of its own.

(DNS rebinding: a page of evil.example lets that name lead to this machine, and would be of one
origin with the app.)
"""

import os
import re
import socket

import psutil

from explorer.core.errors import ExplorerError

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]", "::1")
_EVERYWHERE = ("", "0.0.0.0", "::")
_PATTERN = re.compile(r"\*|(\*\.)?[A-Za-z0-9.-]+|\[?[0-9A-Fa-f:]+\]?")


def allowed(address: str | None, others: str = "") -> list[str]:
    """Return the hosts that requests may name.

    Args:
        address: At which the server listens; None, 0.0.0.0 or :: stands for all names and addresses
            of this machine.
        others: The address that Streamlit is told browsers use; "" for none.

    Raises:
        ExplorerError: If `EXPLORER_HOSTS`, which adds some, separated by commas, holds what is no
            host, nor `*.` and a domain, nor `*` for all.
    """
    hosts = [*_THIS_MACHINE]
    hosts += _own() if (address or "") in _EVERYWHERE else [str(address)]
    hosts += [others] if others else []
    added = [name.strip() for name in os.environ.get("EXPLORER_HOSTS", "").split(",")]
    for name in filter(None, added):
        if not _PATTERN.fullmatch(name):
            raise ExplorerError(
                "EXPLORER_HOSTS must be hosts, separated by commas, like lab.example.org or "
                f"*.example.org. Received: {name[:100]!r}."
            )
        hosts.append(name)
    return list(dict.fromkeys(hosts))


def _own() -> list[str]:
    """Return this machine's names and addresses."""
    name = socket.gethostname()
    found = [name, f"{name}.local"]
    for addresses in psutil.net_if_addrs().values():
        for item in addresses:
            if item.family == socket.AF_INET:
                found.append(item.address)
            elif item.family == socket.AF_INET6:
                found.append(f"[{item.address.partition('%')[0]}]")
    return found
