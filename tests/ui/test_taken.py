"""Files from browsers lie on the disk; Streamlit hears of their tokens alone."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.requests import Request

from explorer.jobs import uploads
from explorer.ui.server import taken
from explorer.ui.server.taken import Taken

SESSION = "a-session"
PATH = f"/class/_stcore/upload_file/{SESSION}/a-file"
TOKEN = uploads.token(SESSION, "a-file")


class _Runtime:
    def is_active_session(self, session: str) -> bool:
        return session == SESSION


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(taken.runtime, "exists", lambda: True)
    monkeypatch.setattr(taken.runtime, "get_instance", _Runtime)
    monkeypatch.setattr(taken, "_limit", lambda: 5000)
    return tmp_path / "jobs" / ".uploads"


def part(content: bytes, name: str = "my model.KERAS", field: str = "file") -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form(content: bytes, name: str = "my model.KERAS") -> bytes:
    return part(content, name) + b"--edge--\r\n"


def send(body: bytes, path: str = PATH, status: int = 204, **more: Any) -> tuple[int, bytes | None]:
    """Send a file in pieces; return the status, and what Streamlit got, None: nothing."""
    got: list[bytes] = []
    answers: list[Any] = []
    pieces = [body[i : i + 100] for i in range(0, len(body), 100)] or [b""]
    told = iter(
        [
            {"type": "http.request", "body": piece, "more_body": i + 1 < len(pieces)}
            for i, piece in enumerate(pieces)
        ]
    )

    async def streamlit(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        assert request.headers["x-xsrftoken"] == "seal"
        async with request.form() as found:
            for value in found.values():
                assert not isinstance(value, str)
                got.append(f"{value.filename}: ".encode() + await value.read())
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return next(told, {"type": "http.disconnect"})

    async def answer(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": path,
        "query_string": b"",
        "headers": [
            (b"content-type", b"multipart/form-data; boundary=edge"),
            (b"x-xsrftoken", b"seal"),
            (b"content-length", str(len(body)).encode()),
        ],
        **more,
    }
    asyncio.run(Taken(streamlit)(scope, receive, answer))
    return answers[0]["status"] if answers else 0, got[0] if got else None


def test_a_file_goes_to_the_disk_and_its_token_to_streamlit(folder: Path) -> None:
    content = os.urandom(4000)
    assert send(form(content)) == (204, f"my model.KERAS: {TOKEN}".encode())
    found = uploads.find(TOKEN)
    assert found is not None
    assert (found.name, found.size) == ("my model.KERAS", 4000)
    assert found.path == folder / TOKEN / "upload.keras"
    assert found.path.read_bytes() == content
    uploads.discard(Path("/etc/passwd"))  # none of them
    uploads.discard(found.path)
    assert uploads.find(TOKEN) is None
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../evil.zip", "upload.zip"),
        ("a/b\\c.tar.gz", "upload.tar.gz"),
        ("<b>😀</b>", "upload"),
        ("x." + "z" * 300, "upload"),
        ("t10k-images-idx3-ubyte.gz", "upload.gz"),
    ],
)
def test_a_name_is_never_a_path(folder: Path, name: str, file: str) -> None:
    assert send(form(b"x", name))[0] == 204
    found = uploads.find(TOKEN)
    assert found is not None
    assert found.path == folder / TOKEN / file
    assert found.name == name[:200]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (form(b"x" * 5001), 413),
        (part(b"a") + form(b"b"), 400),
        (b"", 400),
        (form(b"x")[:-20], 400),
        (b"no form", 400),
        (form(b"x", ""), 400),
    ],
)
def test_what_is_no_form_of_one_file_is_refused(folder: Path, body: bytes, status: int) -> None:
    assert send(body) == (status, None)
    assert list(folder.iterdir()) == []


def test_who_may_not_send_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(form(b"x"), PATH.replace(SESSION, "another"))[0] == 403
    assert send(form(b"x"), headers=[(b"content-length", b"99999")])[0] == 413
    assert not folder.exists()
    assert send(form(b"x"), status=403)[0] == 403  # Streamlit's seal against other sites
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    assert send(form(b"x"))[0] == 403


def test_only_so_much_waits_and_only_for_a_day(folder: Path) -> None:
    for number in range(5):
        path = PATH.replace("a-file", f"file-{number}")
        assert send(form(b"x" * 4900), path)[0] == 204
    assert send(form(b"x"))[0] == 400
    for old in folder.iterdir():
        os.utime(old, (0, 0))
    assert send(form(b"x"))[0] == 204
    assert [file.name for file in folder.iterdir()] == [TOKEN]


@pytest.mark.parametrize("about", ["", "{}", '{"name": "x", "file": "../other/upload"}', "[1]"])
def test_what_was_changed_on_the_disk_is_not_there(folder: Path, about: str) -> None:
    send(form(b"x"))
    (folder / "other").mkdir()
    (folder / "other" / "upload").write_text("x")
    (folder / TOKEN / "about.json").write_text(about)
    assert uploads.find(TOKEN) is None


def test_the_limit_is_the_one_that_the_field_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert taken._limit() == st.get_option("server.maxUploadSize") * 1024**2
