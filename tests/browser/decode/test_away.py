"""A server that goes away and comes back: the page says so, and what it has goes on."""

import pytest
from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from tests.browser.decode.pad import grab, last_draw, open_pad, ready, value

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_what_is_on_the_page_goes_on_without_the_server(
    context: BrowserContext, address: str
) -> None:
    sockets: list[WebSocketRoute] = []
    away = []

    def connect(socket: WebSocketRoute) -> None:
        if away:
            socket.close()
        else:
            socket.connect_to_server()
            sockets.append(socket)

    context.route_web_socket("**/_stcore/stream", connect)
    page = open_pad(context.new_page(), address, "?checkpoint=mnist-vae-cnn-z2")
    banner = page.locator(".explorer-away")
    expect(banner).to_have_count(0)

    away.append(True)
    context.route("**/_stcore/**", lambda route: route.abort())
    sockets[-1].close()
    expect(banner).to_contain_text("The server is away")
    expect(page.get_by_role("dialog")).to_have_count(0)
    before, drawn = value(page), last_draw(page)
    place = grab(page)
    page.mouse.move(place["x"] + place["width"] - 12, place["y"] + place["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function(f"window.draws.at(-1)[1] !== {drawn}")  # decoded here
    moved = value(page)
    assert moved > before

    away.clear()
    context.unroute("**/_stcore/**")
    expect(banner).to_have_count(0)
    ready(page)
    assert value(page) == moved
    page.close()
