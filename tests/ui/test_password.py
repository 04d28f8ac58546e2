"""The password of a class: nothing answers without it."""

import asyncio
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.ui.server import password as door
from explorer.ui.server.password import COOKIE, Password, configured

SECRET = "a word for the class"


async def _app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"within"})


GUARD = Password(_app, SECRET)


def _ask(guard: Password = GUARD, path: str = "/", **options: Any) -> Any:
    """Return the messages that answer a request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": options.get("body", b""), "more_body": False}

    headers = [(b"accept", options.get("accept", "text/html").encode())]
    if "cookie" in options:
        headers.append((b"cookie", f"{COOKIE}={options['cookie']}".encode("latin-1")))
    scope = {
        "type": options.get("kind", "http"),
        "scheme": options.get("scheme", "http"),
        "method": options.get("method", "GET"),
        "path": path,
        "query_string": options.get("query", b""),
        "headers": headers,
        "server": ("server", 80),
        "client": (options.get("address", "192.0.2.1"), 5),
    }
    asyncio.run(guard(scope, receive, send))
    return sent


def _try(password: str, guard: Password = GUARD, **options: Any) -> Any:
    body = urlencode({"password": password}).encode()
    return _ask(guard, method="POST", body=body, **options)


def _header(sent: Any, name: str) -> str:
    return str(dict(sent[0]["headers"]).get(name.encode(), b"").decode())


def _cookie(**options: Any) -> str:
    jar = SimpleCookie(_header(_try(SECRET, **options), "set-cookie"))
    return str(jar[COOKIE].value)


@pytest.mark.parametrize("path", ["/", "/cluster", "/explorer/mine/codes-0.npy", "//evil", "/a/b"])
def test_without_it_nothing_answers(path: str) -> None:
    start, body = _ask(path=path)
    assert start["status"] == 401
    assert b"within" not in body["body"]
    assert b'type="password"' in body["body"]
    assert b"within" not in _ask(path=path, accept="*/*")[1]["body"]
    assert _ask(path=path, kind="websocket")[0]["type"] == "websocket.close"
    assert _ask(path=f"{path}/_stcore/health".replace("//", "/"))[0]["status"] == (
        200 if path == "/" else 401
    )
    assert _ask(path="/_stcore/health", kind="websocket")[0]["type"] == "websocket.close"


def test_with_it_everything_does() -> None:
    sent = _try(SECRET, path="//evil.example", query=b"k=3&seed=1")
    assert sent[0]["status"] == 303
    assert _header(sent, "location") == "?k=3&seed=1"  # the same page: nobody else's
    assert _try(SECRET, query=b"\xff\xfe")[0]["status"] == 303
    told = _header(sent, "set-cookie").lower()
    assert "httponly" in told
    assert "samesite=lax" in told
    assert "secure" not in told
    assert "secure" in _header(_try(SECRET, scheme="https"), "set-cookie").lower()
    cookie = _cookie()
    assert _ask(cookie=cookie)[1]["body"] == b"within"
    assert _ask(cookie=cookie, kind="websocket")[0]["type"] == "websocket.accept"
    # The server was started again; with another password.
    assert _ask(Password(_app, SECRET), cookie=cookie)[1]["body"] == b"within"
    assert _ask(Password(_app, SECRET + "!"), cookie=cookie)[0]["status"] == 401


@pytest.mark.parametrize("change", ["", "x", "x.y", "9" * 300, "\xff.\xff", "-1.a", "٣.a"])
def test_a_cookie_cannot_be_made_up(change: str) -> None:
    assert _ask(cookie=change.encode("utf-8").decode("latin-1"))[0]["status"] == 401
    issued, _, seal = _cookie().partition(".")
    assert _ask(cookie=f"{int(issued) + 1}.{seal}")[0]["status"] == 401
    assert _ask(cookie=f"{issued}.{seal[:-1]}")[0]["status"] == 401


def test_that_it_runs_is_told_under_its_path_alone() -> None:
    behind = Password(_app, SECRET, "class/one")
    assert _ask(behind, "/class/one/_stcore/health")[1]["body"] == b"within"
    assert _ask(behind, "/_stcore/health")[0]["status"] == 401


def test_it_ends_after_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = _cookie()
    now = door.time.time()
    monkeypatch.setattr(door.time, "time", lambda: now + 8 * 86_400)
    assert _ask(cookie=cookie)[0]["status"] == 401


def test_wrong_ones_are_limited_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Password(_app, SECRET)
    answers = [_try("wrong", guard)[0]["status"] for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert _try(SECRET, guard)[0]["status"] == 429  # or guessing would go on
    assert _try(SECRET, guard, address="192.0.2.2")[0]["status"] == 303
    now = door.time.monotonic()
    monkeypatch.setattr(door.time, "monotonic", lambda: now + 2.1)
    assert _try("wrong", guard)[0]["status"] == 401
    assert _try("wrong", guard)[0]["status"] == 429
    for number in range(40):
        sent = _try("wrong", guard, address=f"2001:db8::{number}")
    assert sent[0]["status"] == 429  # one network


@pytest.mark.parametrize("body", [b"", b"\xff" * 100, b"password", b"x" * 10_000, b"a=b&" * 500])
def test_a_body_that_is_none_is_no_password(body: bytes) -> None:
    assert _ask(Password(_app, SECRET), method="POST", body=body)[0]["status"] in (401, 413)


def test_it_must_not_be_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPLORER_PASSWORD", raising=False)
    monkeypatch.delenv("EXPLORER_ONE_PERSON", raising=False)
    assert configured() == ""
    assert access.for_one_person("localhost")
    monkeypatch.setenv("EXPLORER_PASSWORD", "short")
    with pytest.raises(ExplorerError, match="8 characters or more"):
        configured()
    monkeypatch.setenv("EXPLORER_PASSWORD", SECRET)
    assert configured() == SECRET
    assert not access.for_one_person("localhost")  # there are others
