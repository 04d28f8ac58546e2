"""Files from browsers: written to the disk as they arrive, and told to Streamlit by their tokens.

Streamlit would keep a file in the memory of this process, whole, for as long as its visitor stays.
Its field is told instead that it got a file of 32 letters, the token of `explorer.jobs.uploads`.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import streamlit as st
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.jobs import uploads

_PATH = "/_stcore/upload_file/"
_AT_ONCE = 4  # files that arrive at the same time
_FRAME = 10_000  # bytes of a request beside its file
_BOUNDARY = "explorer-token"


class Taken:
    """ASGI middleware for the addresses to which Streamlit's fields send files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a file, or let Streamlit answer what is none."""
        if scope["type"] != "http" or _PATH not in scope["path"]:
            await self._app(scope, receive, send)
            return
        session, _, file = scope["path"].partition(_PATH)[2].partition("/")
        token = uploads.token(session, file)
        if scope["method"] == "PUT":
            refused = self._refusal(session, Headers(scope=scope))
            if refused is None:
                refused = await self._take(scope, receive, send, token)
            if refused is not None:
                await refused(scope, receive, send)
            return
        if scope["method"] == "DELETE":
            await asyncio.to_thread(uploads.discard_token, token)
        await self._app(scope, receive, send)

    def _refusal(self, session: str, headers: Headers) -> Response | None:
        if access.read_only():
            return PlainTextResponse("This app is read-only: it takes no files.", 403)
        if not runtime.exists() or not runtime.get_instance().is_active_session(session):
            return PlainTextResponse("No page of this app asks for this file.", 403)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > _limit() + _FRAME:
            return PlainTextResponse("This file is too large.", 413)
        if self._arriving >= _AT_ONCE:
            return PlainTextResponse("Too many files arrive at once: try again.", 503)
        return None

    async def _take(
        self, scope: Scope, receive: Receive, send: Send, token: str
    ) -> Response | None:
        """Write a file, and let Streamlit answer; return the answer if it is refused."""
        self._arriving += 1
        try:
            with uploads.writing(token, _limit()) as folder:
                path = folder / "arriving"
                name = await _write(Request(scope, receive).stream(), Headers(scope=scope), path)
                await asyncio.to_thread(uploads.name, folder, path, name)
        except (ExplorerError, FormParserError, ValueError) as error:
            return PlainTextResponse(str(error), 413 if isinstance(error, _TooLarge) else 400)
        except OSError:
            return PlainTextResponse("There is no room for this file.", 507)
        except ClientDisconnect:
            return None
        finally:
            self._arriving -= 1
        await self._tell(scope, send, token, name)
        return None

    async def _tell(self, scope: Scope, send: Send, token: str, name: str) -> None:
        """Let Streamlit know that a file came whose content is the token."""
        body = _form(token, name)
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers["content-type"] = f"multipart/form-data; boundary={_BOUNDARY}"
        headers["content-length"] = str(len(body))
        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(sent, {"type": "http.disconnect"})

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                await asyncio.to_thread(uploads.discard_token, token)
            await send(message)

        await self._app({**scope, "headers": headers.raw}, receive, answered)


class _TooLarge(ExplorerError):
    pass


def _limit() -> int:
    return int(st.get_option("server.maxUploadSize")) * 1024**2


def _form(token: str, name: str) -> bytes:
    quoted = name.replace("\\", "_").replace('"', "_").replace("\r", " ").replace("\n", " ")
    return (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n{token}\r\n--{_BOUNDARY}--\r\n"
    ).encode("utf-8", "replace")


async def _write(chunks: AsyncIterator[bytes], headers: Headers, path: Any) -> str:
    """Write the one file of a form to `path`; return its name.

    Raises:
        _TooLarge: If it is larger than the app takes.
        FormParserError, ValueError: If it is no form of one file.
    """
    _, options = parse_options_header(headers.get("content-type", ""))
    if b"boundary" not in options:
        raise ValueError("A form of one file is expected.")
    with path.open("wb") as out:
        form = _Form(out, _limit())
        parser = MultipartParser(options[b"boundary"], form.callbacks())
        async for chunk in chunks:
            await asyncio.to_thread(parser.write, chunk)
        parser.finalize()
    if form.parts != 1 or not form.name:
        raise ValueError("A form of one file is expected.")
    return form.name


class _Form:
    """Listens to a parser: the content of the one part goes to a file."""

    def __init__(self, out: Any, limit: int) -> None:
        self.name, self.parts = "", 0
        self._out, self._left = out, limit
        self._field, self._value = b"", b""

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
        }

    def _begin(self) -> None:
        self.parts += 1
        if self.parts > 1:
            raise ValueError("A form of one file is expected.")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self.name = options.get(b"filename", b"").decode("utf-8", "replace")
        self._field = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._left -= end - start
        if self._left < 0:
            raise _TooLarge("This file is too large.")
        self._out.write(data[start:end])
