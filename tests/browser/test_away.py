"""A server that goes away and comes back: pages say so, and what they have goes on."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from benchmarks.map import POINTS
from explorer.core import storage
from explorer.training import run_store, snapshots
from tests.browser.decode.pad import grab, last_draw, open_pad, ready, value
from tests.browser.map.hand import CARD, DISTANCE, server_of
from tests.training.waiting import small

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BANNER = ".explorer-away"
MAP = ".explorer-map"


class Server:
    """What stands between the pages of a context and the server."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._sockets: list[WebSocketRoute] = []
        self._away = False
        context.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._away:
            socket.close()
        else:
            socket.connect_to_server()
            self._sockets.append(socket)

    @contextmanager
    def away(self, *pages: Page) -> Iterator[None]:
        """No page reaches it meanwhile, and each says so."""
        for page in pages:
            expect(page.locator(BANNER)).to_have_count(0)
        self._away = True
        self._context.route("**/_stcore/**", lambda route: route.abort())
        for socket in self._sockets:
            socket.close()
        for page in pages:
            expect(page.locator(BANNER)).to_contain_text("The server is away")
            expect(page.get_by_role("dialog")).to_have_count(0)
        yield
        self._away = False
        self._context.unroute("**/_stcore/**")
        for page in pages:
            expect(page.locator(BANNER)).to_have_count(0)


def test_the_decoder_goes_on_without_the_server(context: BrowserContext, address: str) -> None:
    server = Server(context)
    page = open_pad(context.new_page(), address, "?checkpoint=mnist-vae-cnn-z2")
    with server.away(page):
        before, drawn = value(page), last_draw(page)
        place = grab(page)
        page.mouse.move(place["x"] + place["width"] - 12, place["y"] + place["height"] / 2, steps=5)
        page.mouse.up()
        page.wait_for_function(f"window.draws.at(-1)[1] !== {drawn}")  # decoded here
        moved = value(page)
        assert moved > before
    ready(page)
    assert value(page) == moved


def _open(context: BrowserContext, address: str, n: int = 1) -> Page:
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(
        f"document.querySelectorAll('{MAP}[data-points=\"599\"]').length === {n}"
    )
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return page


def _hover(page: Page) -> tuple[float, float]:
    """Point at an image of the first map until its card shows it; return where."""
    x, y = page.evaluate(POINTS, 1)[0]
    page.mouse.move(x, y)
    expect(page.locator(CARD).first).to_contain_text(re.compile(r"image [\d,]+"))
    return x, y


def _train(name: str, epoch: int) -> None:
    """Keep an epoch as a training does."""
    folder = run_store.folder(name)
    rows = [{"epoch": e, "total_loss": 5.0, "val_total_loss": 5.0} for e in range(1, epoch + 1)]
    facts = {"history": rows, "seconds": 1.0, "facts": {}}
    storage.write_npz(folder / run_store.STATE, facts=np.array(json.dumps(facts)))
    film = folder / run_store.SNAPSHOTS
    images = np.full((10, 8, 8, 1), epoch / 10)
    if epoch == 1:
        snapshots.create(film, images, np.arange(50) % 10)
    snapshots.add(film, epoch, images, np.random.default_rng(epoch).normal(size=(50, 2)))


def _shows(page: Page, epoch: int) -> None:
    page.wait_for_function(
        "n => +document.querySelector('.explorer-replay')?.dataset.epoch === n", arg=epoch
    )


@pytest.fixture
def training(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A training of the command line on its way, in the folder of the app."""
    environment = server_of(address).environ()
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", environment["EXPLORER_CHECKPOINTS"])
    run_store.create("away", small(30))
    with run_store.locked("away"):
        _train("away", 1)
        _train("away", 2)
        yield "away"
    run_store.discard("away")


def test_maps_and_films_go_on_without_the_server(
    context: BrowserContext, address: str, training: str
) -> None:
    server = Server(context)
    shown = "checkpoint=digits-vae-z2"
    map_ = _open(context, f"{address}/?{shown}")
    cluster = _open(context, f"{address}/cluster?{shown}", 2)
    compare = _open(context, f"{address}/compare?{shown}&with=mine", 2)
    train = context.new_page()
    train.goto(f"{address}/train?training={training}")
    _shows(train, 2)
    with server.away(map_, cluster, compare, train):
        for page in (map_, cluster, compare):
            _hover(page)
            before = page.evaluate(DISTANCE)
            page.mouse.wheel(0, -300)
            page.wait_for_function(f"before => {DISTANCE} > 1.1 * before", arg=before)
        train.get_by_label("Epoch", exact=True).press("Home")
        _shows(train, 1)
        _train(training, 3)
    for page in (map_, cluster, compare):
        page.mouse.click(*page.evaluate(POINTS, 1)[0])
        page.wait_for_function("new URLSearchParams(location.search).has('point')")
    # The training went on, and so does its film.
    train.get_by_label("Epoch", exact=True).press("End")
    _shows(train, 3)
