"""One password for a class: without it nothing answers but the form that asks for it.

Pages, their WebSockets and the files of checkpoints alike: a middleware before all of them.
"""

import hashlib
import hmac
import ipaddress
import os
import time
from collections import OrderedDict
from string import Template
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from explorer.core.errors import ExplorerError

COOKIE = "explorer_password"
_SHORTEST = 8
_WEEK = 7 * 86_400
_MAX_BODY = 4_000
# Wrong passwords of one address: so many at once, and then one every few seconds. A class may
# share its school's address.
_AT_ONCE = 30
_EVERY = 2.0
_MOST_ADDRESSES = 10_000
_OPEN = "/_stcore/health"  # says that the server runs, and nothing else


def configured() -> str:
    """Return the password of this server, `EXPLORER_PASSWORD`; "" if it needs none.

    Raises:
        ExplorerError: If it is too short.
    """
    password = os.environ.get("EXPLORER_PASSWORD", "")
    if 0 < len(password) < _SHORTEST:
        raise ExplorerError(
            f"EXPLORER_PASSWORD must have {_SHORTEST} characters or more, or be absent. Received: "
            f"{len(password)} characters."
        )
    return password


class Password:
    """ASGI middleware that lets pass who has given the password, and asks the others for it.

    Args:
        app: What is guarded.
        password: Of at least 8 characters.
        base_path: Under which the app is served, Streamlit's `server.baseUrlPath`; "" for none.
    """

    def __init__(self, app: ASGIApp, password: str, base_path: str = "") -> None:
        self._app = app
        self._open = f"/{base_path.strip('/')}".rstrip("/") + _OPEN
        self._password = password.encode()
        # Slow to compute: who has got hold of a cookie cannot try passwords against it quickly.
        # The same after a restart, so that a class need not sign in again.
        self._key = hashlib.scrypt(self._password, salt=b"explorer", n=2**14, r=8, p=1)
        self._wrong = _Attempts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request of who is known; answer the others."""
        if scope["type"] not in ("http", "websocket") or self._known(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            answer = await self._asked(Request(scope, receive))
            await answer(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        if scope["type"] == "http" and scope["path"] == self._open:
            return True
        issued, _, seal = HTTPConnection(scope).cookies.get(COOKIE, "").partition(".")
        if not (issued.isascii() and issued.isdigit() and len(issued) < 12):
            return False
        fresh = 0 <= time.time() - int(issued) < _WEEK
        return hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(issued)) and fresh

    def _seal(self, issued: str) -> bytes:
        return hmac.new(self._key, issued.encode(), "sha256").hexdigest().encode()

    async def _asked(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._tried(request)
        if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("This server asks for a password: open its page.", 401)
        return _form(401)

    async def _tried(self, request: Request) -> Response:
        address = _address(request)
        if not self._wrong.may_try(address):
            return _form(429, "Too many wrong passwords: wait a few seconds, then try again.")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY:
                return _form(413, "This is longer than any password.")
        fields = parse_qs(body.decode("utf-8", "replace"))
        given = fields.get("password", [""])[0].encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._password):
            self._wrong.note(address)
            return _form(401, "That is not the password.")
        issued = str(int(time.time()))
        # To the page that was asked for: this address, and nobody else's.
        query = request.scope["query_string"].decode("latin-1")  # whatever bytes it has
        answer = Response(status_code=303, headers={"Location": f"?{query}"})
        answer.set_cookie(
            COOKIE,
            f"{issued}.{self._seal(issued).decode()}",
            max_age=_WEEK,
            httponly=True,
            samesite="lax",
            secure=request.scope["scheme"] == "https",
        )
        return answer


class _Attempts:
    """Counts wrong passwords by address; they are forgotten one by one."""

    def __init__(self) -> None:
        # When the count of an address will be back at nothing.
        self._until: OrderedDict[str, float] = OrderedDict()

    def may_try(self, address: str) -> bool:
        return self._until.get(address, 0.0) - time.monotonic() <= (_AT_ONCE - 1) * _EVERY

    def note(self, address: str) -> None:
        until = max(self._until.pop(address, 0.0), time.monotonic()) + _EVERY
        self._until[address] = until
        while len(self._until) > _MOST_ADDRESSES:
            self._until.popitem(last=False)


def _address(request: Request) -> str:
    """Return what counts as one address: of IPv6 the network, all of which one owner has."""
    host = request.client.host if request.client else ""
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if number.version == 6 and not number.ipv4_mapped:
        return str(ipaddress.ip_network((int(number) >> 64 << 64, 64)))
    return str(number)


def _form(status: int, message: str = "") -> HTMLResponse:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
            "frame-ancestors 'self'"
        ),
    }
    if status == 401:
        headers["WWW-Authenticate"] = "Cookie"
    if status == 429:
        headers["Retry-After"] = str(int(_EVERY))
    return HTMLResponse(_PAGE.substitute(message=message), status, headers)


_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Latent Explorer</title>
<style>
:root { color-scheme: light dark; --page: #f4f5f8; --card: #fff; --text: #1f2430; --line: #8b90a0;
  --accent: #c02560; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #14171f; --card: #1d222d; --text: #e6e8ee;
  --accent: #e8467c; --wrong: #ff9d94; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page);
  color: var(--text); font: 1.125rem/1.5 system-ui, sans-serif; }
form { width: min(22rem, calc(100vw - 5rem)); padding: 2rem; background: var(--card);
  border-radius: 0.75rem; box-shadow: 0 1px 12px #0003; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; }
p { margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; font: inherit; padding: 0.6rem 0.8rem;
  border-radius: 0.5rem; }
input { margin: 0.25rem 0 1rem; background: var(--page); color: inherit;
  border: 1px solid var(--line); }
button { border: 0; background: #c02560; color: #fff; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role="alert"] { color: var(--wrong); margin: 1rem 0 0; }
[role="alert"]:empty { display: none; }
</style>
</head>
<body>
<main>
<form method="post">
<h1>Latent Explorer</h1>
<p>Whoever runs this server has given your class a password.</p>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  autofocus>
<button type="submit">Open</button>
<p role="alert">$message</p>
</form>
</main>
</body>
</html>
""")
