"""Headers of answers: for the safety of those who open them, and for what browsers may keep."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEEP = "public, max-age=31536000, immutable"
_HEADERS = {
    # No browser may take a file for something else than its type.
    "X-Content-Type-Options": "nosniff",
    # Links out of the app tell nobody which checkpoint and point were open.
    "Referrer-Policy": "same-origin",
    # No other site may show the app in a frame and have its buttons clicked.
    "Content-Security-Policy": "frame-ancestors 'self'",
}

# Streamlit does not say how long they are good; all their names hold their hash.
_FRONTEND = "/bidi-components/explorer.frontend/"


class SecurityHeaders:
    """ASGI middleware that adds the headers, except where an answer has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and its answer with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class FrontendCaching:
    """ASGI middleware that lets browsers keep the files of the front end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and say of a file of the front end that it is good for ever."""

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = KEEP
            await send(message)

        ours = scope["type"] == "http" and _FRONTEND in scope["path"]
        await self._app(scope, receive, kept if ours else send)
