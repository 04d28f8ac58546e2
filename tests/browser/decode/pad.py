"""What tests ask of the pad on the decode page."""

from typing import Any

from playwright.sync_api import Page

# Counts what is really drawn on the large image: a time and a hash of the pixels each.
COUNT_DRAWS = """(() => {
  const put = CanvasRenderingContext2D.prototype.putImageData;
  window.draws = [];
  CanvasRenderingContext2D.prototype.putImageData = function (pixels, ...rest) {
    if (this.canvas.classList.contains("image")) {
      let hash = 0;
      for (let i = 0; i < pixels.data.length; i += 4) hash = (hash * 31 + pixels.data[i]) | 0;
      window.draws.push([performance.now(), hash]);
    }
    return put.call(this, pixels, ...rest);
  };
})()"""


def open_pad(page: Page, address: str, query: str = "") -> Page:
    """Open the decode page and wait until an image is drawn and the server is quiet."""
    page.goto(f"{address}/decode{query}")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.locator('.latent-pad[data-state="ready"]').wait_for()
    page.wait_for_function("window.draws.length > 0")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def slider(page: Page, number: int = 0) -> Any:
    return page.get_by_label(f"z{number}", exact=True)


def box(page: Page, number: int = 0) -> Any:
    return page.get_by_label(f"z{number} in standard deviations")


def value(page: Page, number: int = 0) -> float:
    return float(box(page, number).input_value())


def grab(page: Page) -> dict[str, float]:
    """Press the mouse on the thumb of z0; return the slider's place on the screen."""
    place = slider(page).bounding_box()
    low, high = (float(slider(page).get_attribute(name)) for name in ("min", "max"))
    share = (value(page) - low) / (high - low)
    x = place["x"] + 8 + share * (place["width"] - 16)
    page.mouse.move(x, place["y"] + place["height"] / 2)
    page.mouse.down()
    return place


def last_draw(page: Page) -> int:
    return int(page.evaluate("window.draws.at(-1)[1]"))
