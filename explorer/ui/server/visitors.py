"""The cookie that tells visitors apart, so that each owns what they start."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "explorer_visitor"
_YEAR = 31_536_000


class Visitors:
    """ASGI middleware that gives each browser a random cookie with the first page it opens.

    Scripts of a page cannot read it, and other sites cannot have it sent with their requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; its answer brings the cookie, if it is a page and there is none."""
        if scope["type"] != "http" or COOKIE in HTTPConnection(scope).cookies:
            await self._app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope["scheme"] == "https" else ""
                    headers.append(
                        "Set-Cookie",
                        f"{COOKIE}={secrets.token_urlsafe(16)}; Max-Age={_YEAR}; Path=/; HttpOnly; "
                        f"SameSite=Lax{secure}",
                    )
            await send(message)

        await self._app(scope, receive, with_cookie)
