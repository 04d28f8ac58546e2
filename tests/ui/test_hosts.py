"""Foreign hosts are refused, pages and WebSockets alike."""

import asyncio
import socket
from typing import Any

import pytest
from starlette.middleware.trustedhost import TrustedHostMiddleware

from explorer.core.errors import ExplorerError
from explorer.ui.server import hosts


@pytest.fixture(autouse=True)
def _no_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPLORER_HOSTS", raising=False)


async def _page(scope: Any, receive: Any, send: Any) -> None:
    kind = "http.response.start" if scope["type"] == "http" else "websocket.accept"
    await send({"type": kind, "status": 200})


def _answer(host: str, address: str | None, kind: str) -> Any:
    """Return the first message that answers a request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    guard = TrustedHostMiddleware(_page, allowed_hosts=hosts.allowed(address))
    headers = [(b"host", host.encode())]
    scope = {"type": kind, "path": "/", "headers": headers, "extensions": {}}
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]
    return sent[0]


def _status(host: str, address: str | None = "localhost") -> int:
    return int(_answer(host, address, "http")["status"])


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_this_machine_is_answered(host: str) -> None:
    assert _status(host) == 200
    assert _status(host, "192.168.1.5") == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8501", "", "127.0.0.2", "@"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    assert _status(host) == 400
    assert _status(host, "0.0.0.0") == 400


def test_a_websocket_of_a_foreign_host_is_refused() -> None:
    assert _answer("localhost", "localhost", "websocket")["type"] == "websocket.accept"
    assert _answer("evil.example", "localhost", "websocket")["type"] != "websocket.accept"


def test_an_address_of_all_is_this_machines_names_and_addresses() -> None:
    for address in (None, "0.0.0.0", "::"):
        assert _status(f"{socket.gethostname()}:8501", address) == 200
        assert "127.0.0.1" in hosts.allowed(address)
    assert _status(socket.gethostname(), "localhost") == (
        200 if socket.gethostname() == "localhost" else 400
    )
    assert _status("192.168.1.5", "192.168.1.5") == 200


def test_an_option_adds_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOSTS", "lab.example.org, *.school.example")
    for host in ("lab.example.org", "a.school.example:80"):
        assert _status(host) == 200
    assert _status("example.org") == 400
    monkeypatch.setenv("EXPLORER_HOSTS", "*")
    assert _status("anything.example") == 200


@pytest.mark.parametrize("host", ["a*b", "http://lab.example.org", "a b", "*lab"])
def test_what_is_no_host_is_told(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOSTS", host)
    with pytest.raises(ExplorerError, match="EXPLORER_HOSTS must be hosts"):
        hosts.allowed("localhost")
