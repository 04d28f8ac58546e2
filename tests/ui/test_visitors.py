"""The cookie that tells visitors apart."""

import asyncio
from typing import Any

import pytest

from explorer.ui.server.visitors import COOKIE, Visitors


def _answer(kind: str = "text/html; charset=utf-8", scheme: str = "http", cookie: str = "") -> str:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", kind.encode())],
            }
        )

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    scope = {"type": "http", "scheme": scheme, "path": "/", "headers": headers}
    asyncio.run(Visitors(page)(scope, None, send))  # type: ignore[arg-type]
    return dict(sent[0]["headers"]).get(b"set-cookie", b"").decode()


def test_the_first_page_brings_a_cookie_that_scripts_cannot_read() -> None:
    first, second = _answer(), _answer()
    assert first.startswith(f"{COOKIE}=")
    assert first.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert first != second
    assert _answer(scheme="https").endswith("; Secure")


@pytest.mark.parametrize("answer", [{"kind": "text/css"}, {"cookie": f"{COOKIE}=known"}])
def test_it_comes_once_and_with_pages_alone(answer: dict[str, str]) -> None:
    assert _answer(**answer) == ""
