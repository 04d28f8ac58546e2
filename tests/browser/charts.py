"""What tests ask of a map or of a chart that the front end has drawn."""

from playwright.sync_api import Page

# Whether a chart's ring is seen around the point with an index, to a pixel.
RINGED = """([key, index]) => {
  const map = document.querySelector(`.st-key-${key} .explorer-map`);
  if (map) {
    const ring = map.querySelector('.ring').getBoundingClientRect();
    const place = map.place(index);
    const [x, y] = [ring.x + ring.width / 2, ring.y + ring.height / 2];
    return place !== undefined && ring.width > 0 && Math.hypot(x - place[0], y - place[1]) < 1;
  }
  const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  const circle = chart.querySelector('.explorer-ring div');
  if (!circle || getComputedStyle(circle).borderTopStyle !== 'solid') return false;
  const ring = circle.getBoundingClientRect();
  const box = chart.getBoundingClientRect();
  const {xaxis, yaxis} = chart._fullLayout;
  for (const trace of chart._fullData) {
    const row = trace.customdata?.findIndex((entry) => entry[0] === index) ?? -1;
    if (row < 0) continue;
    const x = box.x + xaxis._offset + xaxis.c2p(trace.x[row]);
    const y = box.y + yaxis._offset + yaxis.c2p(trace.y[row]);
    return Math.hypot(ring.x + ring.width / 2 - x, ring.y + ring.height / 2 - y) < 1;
  }
  return false;
}"""

# Whether so many points of a map are highlighted.
HIGHLIGHTED = """([key, count]) =>
  +document.querySelector(`.st-key-${key} .explorer-map`).dataset.selected === count"""

# Where the point with an index is on the screen.
PLACE = "(index) => document.querySelector('.explorer-map').place(index)"

# Resolves when nothing in the page has moved for a while, or changed its size.
_STILL = """() => new Promise((resolve) => {
  let [before, frames] = ['', 0];
  const look = () => {
    const boxes = [...document.querySelectorAll('.stMain [class*=st-key-]')].map((element) => {
      const {x, y, width, height} = element.getBoundingClientRect();
      return [x, y, width, height].map(Math.round).join();
    }).join(' ');
    frames = boxes === before ? frames + 1 : 0;
    before = boxes;
    if (frames > 10) resolve();
    else requestAnimationFrame(look);
  };
  document.fonts.ready.then(look);
})"""


def at_rest(page: Page) -> None:
    """Wait until the server has told all, and what came with it has found its place."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.evaluate(_STILL)
