"""The files that browsers fetch, the headers of every answer, and errors that nobody foresaw."""

import asyncio
import gzip
import io
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, jobs
from explorer.core import memory
from explorer.core.errors import ExplorerError
from explorer.projection import ProjectionSpec
from explorer.projection.raw import Raw
from explorer.ui.server import files, lifespan
from explorer.ui.server.headers import KEEP, FrontendCaching, SecurityHeaders
from explorer.ui.server.lifespan import show_error
from explorer.ui.server.routes import routes
from tests.conftest import SHIPPED


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    yield
    memory.clear()


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


class Server:
    """The routes, served in a thread."""

    def __init__(self, base_path: str) -> None:
        app = Starlette(routes=routes(base_path), middleware=[Middleware(SecurityHeaders)])
        config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._ready = threading.Event()
        startup = self._server.startup

        async def start(sockets: None = None) -> None:
            await startup(sockets)
            self._ready.set()

        self._server.startup = start  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        assert self._ready.wait(30)
        (socket,) = self._server.servers[0].sockets
        self._port = socket.getsockname()[1]

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """Ask for a path exactly as it is written."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{path}", headers=named)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server("")
    yield server
    server.close()


def read(content: bytes) -> np.ndarray:
    array: np.ndarray = np.load(io.BytesIO(content))
    return array


def test_a_file_is_named_by_its_content_and_kept_for_ever(server: Server, mine: Path) -> None:
    checkpoint = checkpoints.get("mine")
    address = files.address(checkpoint, "codes")
    assert re.fullmatch(r"explorer/mine/codes-[0-9a-f]{16}\.npy", address)
    answer, content = server.get(address)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] is None
    codes = read(content)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(codes, checkpoint.codes().latent.z_mean)


def test_what_a_browser_gets(server: Server, mine: Path) -> None:
    checkpoint = checkpoints.get("mine")
    test = checkpoint.codes()
    shipped = ["decoder", "codes", "labels", "images", "points-pca", "points-tsne", "points-umap"]
    got = {what: server.get(files.address(checkpoint, what))[1] for what in shipped}
    assert got["decoder"] == checkpoint.decoder_file.read_bytes()
    labels, images = read(got["labels"]), read(got["images"])
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, test.labels)
    assert images.dtype == np.uint8
    assert images.shape == (len(labels), 8, 8, 1)
    assert (images.min(), images.max()) == (0, 255)
    for method in ("pca", "tsne", "umap"):
        points = read(got[f"points-{method}"])
        assert points.dtype == np.float32
        assert points.shape == (len(labels), 2)
        assert np.isfinite(points).all()


def test_what_a_map_offers_beyond(server: Server, mine: Path) -> None:
    checkpoint = checkpoints.get("mine")
    z = checkpoint.codes().latent.z_mean
    spec = ProjectionSpec(Raw(axes=(1, 0)), sample_size=100)
    points = read(server.get(files.address(checkpoint, files.offer_points(spec)))[1])
    assert points.dtype == np.float32
    drawn = np.isfinite(points).all(axis=1)
    assert drawn.sum() == 100
    np.testing.assert_array_equal(points[drawn], z[drawn][:, [1, 0]])
    for name, column, dtype in (
        ("first", z[:, 0], np.float32),
        ("rows", np.arange(len(z)), np.int32),
    ):
        what = files.offer_column(name, lambda _, column=column: column)
        sent = read(server.get(files.address(checkpoint, what))[1])
        assert sent.dtype == dtype
        np.testing.assert_array_equal(sent, column)
    answer, content = server.get("explorer/mine/column-other-0123456789abcdef.npy")
    assert answer.status == 404
    assert "no file of that name" in content.decode()


def test_it_travels_compressed_where_that_is_understood(server: Server, mine: Path) -> None:
    address = files.address(checkpoints.get("mine"), "codes")
    plain, content = server.get(address)
    zipped, packed = server.get(address, Accept_Encoding="gzip, deflate, br")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Vary"] == "Accept-Encoding"
    assert len(packed) < len(content)
    assert gzip.decompress(packed) == content
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_who_has_it_already_gets_nothing(server: Server, mine: Path) -> None:
    address = files.address(checkpoints.get("mine"), "labels")
    tag = server.get(address)[0].headers["ETag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer, content = server.get(address, If_None_Match=known)
        assert (answer.status, content) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "immutable" in answer.headers["Cache-Control"]
    assert server.get(address, If_None_Match='"other"')[0].status == 200


def test_head_tells_of_a_file_without_it(server: Server, mine: Path) -> None:
    address = files.address(checkpoints.get("mine"), "codes")
    whole, content = server.get(address)
    answer, nothing = server.get(address, method="HEAD")
    assert (answer.status, nothing) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(content)
    assert answer.headers["ETag"] == whole.headers["ETag"]
    assert server.get(address, method="POST")[0].status == 405


@pytest.mark.parametrize(
    "path",
    [
        "mine/codes-0000000000000000.npy",  # a hash that its content never had
        "mine/codes.npz",
        "mine/config.json",
        "mine/secret-0000000000000000.npy",
        "mine/codes-0000000000000000.onnx.npy",
        "absent/codes-0000000000000000.npy",
        ".hidden/codes-0000000000000000.npy",
        "../codes-0000000000000000.npy",
        "%2e%2e/codes-0000000000000000.npy",
        "mine/..%2f..%2fetc%2fpasswd",
        "mine/%00",
        f"{'m' * 500}/{'c' * 500}",
    ],
)
def test_anything_else_is_not_there_in_one_sentence(server: Server, mine: Path, path: str) -> None:
    shutil.copytree(mine, mine.parent / ".hidden")
    answer, content = server.get(f"explorer/{path}")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert len(content.splitlines()) == 1
    assert b"Traceback" not in content


def test_a_name_ends_with_its_content(server: Server, mine: Path) -> None:
    former = files.address(checkpoints.get("mine"), "codes")
    with np.load(mine / "codes.npz") as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(mine / "codes.npz", **{**arrays, "z_mean": arrays["z_mean"] + 1})
    os.utime(mine / "config.json")
    answer, content = server.get(former)
    assert answer.status == 404
    assert b"reload the page" in content
    assert answer.headers["Cache-Control"] == "no-store"
    now = files.address(checkpoints.get("mine"), "codes")
    assert now != former
    assert server.get(now)[0].status == 200


@pytest.mark.parametrize("file", ["decoder.onnx", "codes.npz", "config.json"])
def test_a_pipe_keeps_nobody_waiting(server: Server, mine: Path, file: str) -> None:
    what = "codes" if file == "codes.npz" else "decoder"
    address = files.address(checkpoints.get("mine"), what)
    memory.clear()
    (mine / file).unlink()
    os.mkfifo(mine / file)
    assert server.get(address)[0].status == 404


@pytest.mark.parametrize(
    ("file", "what"),
    [("decoder.onnx", "decoder"), ("codes.npz", "codes"), ("projections", "points-tsne")],
)
def test_a_link_that_leads_out_is_not_followed(
    server: Server, mine: Path, tmp_path: Path, file: str, what: str
) -> None:
    address = files.address(checkpoints.get("mine"), what)
    assert server.get(address)[0].status == 200
    memory.clear()
    (mine / file).rename(tmp_path / file)
    (mine / file).symlink_to(tmp_path / file)
    answer, content = server.get(address)
    # The checkpoint is damaged: it is not served at all.
    assert answer.status == 404
    assert b"no such checkpoint" in content


def test_a_checkpoint_may_lie_elsewhere_as_a_whole(server: Server, checkpoint_folder: Path) -> None:
    (checkpoint_folder / "linked").symlink_to(SHIPPED / "digits-vae-z2")
    assert server.get(files.address(checkpoints.get("linked"), "codes"))[0].status == 200


def test_images_that_come_to_this_machine_later_are_sent(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = checkpoints.get("mnist-ae-cnn-z2")
    assert files.image_address(checkpoint) is None
    labels = checkpoint.codes().labels
    images = np.zeros((len(labels), 28, 28), np.uint8)
    np.savez(tmp_path / "mnist.npz", x_test=images, y_test=labels.astype(np.uint8))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    address = files.image_address(checkpoint)
    assert address is not None
    assert read(server.get(address)[1]).shape == (len(labels), 28, 28, 1)


def test_too_many_images_are_not_sent(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_IMAGE_BYTES", 1000)
    assert files.image_address(checkpoints.get("mine")) is None
    with pytest.raises(ExplorerError, match="at most 1,000"):
        files.address(checkpoints.get("mine"), "images")


def test_a_base_path_stands_before_all(mine: Path) -> None:
    address = files.address(checkpoints.get("mine"), "labels")
    server = Server("/class/one/")
    try:
        assert server.get(f"class/one/{address}")[0].status == 200
        assert server.get(address)[0].status == 404
    finally:
        server.close()


def test_every_answer_has_the_headers(server: Server, mine: Path) -> None:
    for path in (files.address(checkpoints.get("mine"), "labels"), "explorer/no/file"):
        headers = server.get(path)[0].headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"


@pytest.mark.parametrize(
    ("path", "status", "header"),
    [
        ("/class/_stcore/bidi-components/explorer.frontend/index-A.js", 200, KEEP),
        ("/_stcore/bidi-components/explorer.frontend/index-B.js", 404, "public"),
        ("/_stcore/bidi-components/another/index.js", 200, "public"),
    ],
)
def test_browsers_keep_the_front_end(path: str, status: int, header: str) -> None:
    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("", status, {"Cache-Control": "public"})(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    asyncio.run(FrontendCaching(streamlit)(scope, Request(scope).receive, send))
    assert Headers(raw=sent[0]["headers"])["Cache-Control"] == header


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ExplorerError("The folder is gone."), "The folder is gone."),
        (KeyError("secret"), "KeyError"),
    ],
)
def test_an_unforeseen_error_is_one_sentence(error: Exception, sentence: str) -> None:
    def page(error: Exception) -> None:
        from explorer.ui.server.lifespan import show_error

        show_error(error)

    assert show_error(error)
    app = AppTest.from_function(page, args=(error,), default_timeout=60).run()
    (shown,) = app.error
    assert sentence in shown.value
    assert "secret" not in shown.value


def test_the_workers_start_and_end_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(jobs, "submit", lambda name, *_: told.append(name))
    monkeypatch.setattr(jobs, "shut_down", lambda: told.append("shut down"))
    monkeypatch.setattr(lifespan, "_DELAY", 0.0)

    async def once() -> None:
        """Stand for what goes on as long as the server."""

    monkeypatch.setattr(lifespan, "_tidy", once)

    async def serve() -> None:
        async with lifespan.lifespan(None):
            while len(asyncio.all_tasks()) > 1:
                await asyncio.sleep(0)

    asyncio.run(serve())
    assert told == ["shut down"]  # EXPLORER_WARM_UP=0
    monkeypatch.setenv("EXPLORER_WARM_UP", "1")
    asyncio.run(serve())
    assert told[1:] == ["UMAP warm-up", "shut down"]
