"""The style sheet is in the page that the browser loads first."""

import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message

from explorer.ui.server.style import Style

PAGE = "<html><head></head><body><p>é</p></body></html>"
OLD = {"ETag": '"of the page"'}


def ask(app: ASGIApp, **headers: str) -> tuple[Headers, bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": raw}
    asyncio.run(Style(app)(scope, Request(scope).receive, send))
    return Headers(raw=sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


def test_a_page_ends_with_the_style_sheet() -> None:
    page = GZipMiddleware(HTMLResponse(PAGE, headers=OLD), minimum_size=1)
    headers, body = ask(page, accept="text/html,*/*", accept_encoding="gzip")
    before, style = body.decode().split("<style>")
    assert before == PAGE.removesuffix("</body></html>")
    assert ".explorer-title" in style
    assert style.endswith("</style></body></html>")
    assert headers["Content-Length"] == str(len(body))
    assert "ETag" not in headers


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_what_is_no_page_stays_as_it_is(accept: str) -> None:
    kind = HTMLResponse if accept == "*/*" else PlainTextResponse
    headers, body = ask(kind(PAGE, headers=OLD), accept=accept)
    assert body.decode() == PAGE
    assert headers["ETag"] == OLD["ETag"]
