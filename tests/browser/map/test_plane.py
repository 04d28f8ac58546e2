"""What the map shows of its places and images: the painted plane, images as points, fingers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from benchmarks.map import DRAWN, POINTS
from tests.browser.charts import PLACE
from tests.browser.map.hand import CARD, DISTANCE, MAP, distance, open_map

pytestmark = pytest.mark.browser

DIGITS = DRAWN.replace("10000", "599")
# Keeps how many milliseconds each movement is to take that the worker is asked for from now on.
TIMES = """() => {
  window.times = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const time = message?.milliseconds ?? message?.ask?.milliseconds;
    if (time !== undefined) times.push(`${message.kind} ${time}`);
    return post.call(this, message, ...rest);
  };
}"""


def test_the_plane_is_painted_and_points_become_images(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_map(page, f"{address}/?checkpoint=digits-vae-z2&point=42", DIGITS)
    x, y = page.evaluate(POINTS, 1)[0]
    page.mouse.move(x, y)
    page.locator(f"{CARD}[data-decoded]").wait_for()
    plane = page.locator(".explorer-map .plane")
    expect(plane).to_be_hidden()
    paint = page.locator("button[data-tool=paint]")
    paint.click()
    expect(paint).to_have_attribute("aria-pressed", "true")
    expect(plane).to_have_attribute("data-tiles", re.compile(r"\d{2,}"))
    corner = page.evaluate("""() => [...document.querySelector('.explorer-map .plane')
      .getContext('2d').getImageData(8, 8, 200, 200).data]""")
    assert min(corner[3::4]) == 255  # nothing is left out
    assert len(set(corner[::4])) > 16
    paint.click()
    expect(plane).to_be_hidden()
    # Few points in view: images, over which a hover finds them.
    shown = f"+document.{MAP}.dataset.images > 0"
    page.mouse.move(*page.evaluate(PLACE, 42))
    for _ in range(4):
        page.mouse.wheel(0, -240)
    page.wait_for_function(shown)
    page.mouse.move(*page.evaluate(PLACE, 42))
    expect(page.locator(f"{CARD}[data-index='42']")).to_be_visible()
    # Where motion is not wanted, the whole map is there at once, and the points in another place.
    page.evaluate(TIMES)
    page.locator("button[data-tool=whole]").click()
    page.wait_for_function(f"!({shown})")
    page.get_by_text("PCA", exact=True).click()
    page.wait_for_function("times.some((time) => time.startsWith('travel'))")
    expect(page.get_by_text("PCA of 599 test images")).to_be_visible()
    assert {time.split()[1] for time in page.evaluate("times")} == {"0"}


def test_clicks_reach_all_points_that_lie_over_each_other(page: Page, address: str) -> None:
    open_map(page, address)
    x, y = page.evaluate(
        f"""() => {{
          const places = Array.from({{length: 4000}}, (_, i) => document.{MAP}.place(i));
          const near = ([x, y]) => places.filter(([u, v]) => Math.hypot(u - x, v - y) < 2).length;
          return places.find((place, i) => i % 7 === 0 && near(place) >= 3);
        }}"""
    )
    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_contain_text(re.compile(r"\d+ here: click again for the next"))
    chosen = []
    for step in (1, 2, 3):
        page.mouse.click(x, y)
        expect(page.locator(CARD)).to_contain_text(re.compile(rf"{step} of \d+ here"))
        chosen.append(page.locator(CARD).get_attribute("data-index"))
        page.wait_for_url(re.compile(rf"point={chosen[-1]}\b"))
    assert len(set(chosen)) == 3


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    yield context.new_page()
    context.close()


def _touch(session: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


def test_one_finger_looks_and_two_move_the_map(phone: Page, address: str) -> None:
    open_map(phone, f"{address}/?checkpoint=digits-vae-z2", DIGITS)
    phone.locator(".explorer-map").scroll_into_view_if_needed()
    session = phone.context.new_cdp_session(phone)
    (x, y), (u, v) = phone.evaluate(POINTS, 2)
    before = distance(phone)
    _touch(session, "Start", (x, y))
    card = phone.locator(CARD)
    expect(card).to_be_visible()
    _touch(session, "Move", (u, v))
    phone.wait_for_function(
        f"""([u, v]) => {{
          const at = document.{MAP}.place(+document.querySelector('{CARD}').dataset.index);
          return at && Math.hypot(at[0] - u, at[1] - v) < 9;
        }}""",
        arg=[u, v],
    )
    box = card.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < v  # above the finger
    _touch(session, "End")
    expect(card).to_be_hidden()
    assert distance(phone) == pytest.approx(before)
    assert "&point=" not in phone.url
    _touch(session, "Start", (150, y), (250, y))
    _touch(session, "Move", (100, y), (300, y))
    _touch(session, "End")
    phone.wait_for_function(f"span => {DISTANCE} > 1.8 * span", arg=before)
    _touch(session, "Start", *[tuple(phone.evaluate(POINTS, 1)[0])])
    _touch(session, "End")
    phone.wait_for_url(re.compile("&point="))
