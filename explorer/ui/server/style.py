"""The style sheet is part of the page that the browser loads first: it never stands unstyled."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSS = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
# In the body: there it is read after Streamlit's own rules, which are added to the head.
_END = b"</body>"
_STYLE = f"<style>{_CSS}</style>".encode() + _END
# With these headers the answer could be compressed, a part, or nothing.
_UNWANTED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}


class Style:
    """ASGI middleware that adds the style sheet to Streamlit's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; put the style sheet at the end of the page, if it asks for one."""
        if not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _UNWANTED]
        await self._app({**scope, "headers": headers}, receive, _Styled(send))


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


class _Styled:
    """Sends an answer; of a page it waits for the end, whose length tells how long it is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._page += message.get("body", b"")
        if message.get("more_body", False):
            return
        page = self._page.replace(_END, _STYLE)
        headers = MutableHeaders(scope=self._start)
        del headers["etag"]  # of the page without it
        headers["content-length"] = str(len(page))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page})
