"""`python -m benchmarks.map`: the map's first paint and its click, against the ordinary ways.

Prints medians in milliseconds and ratios. Budgets: first paint ≤ 1.5, click to images ≤ 0.5. The
images come from the browser's decoder, all else that is known of the point from the server.
"""

import statistics

from playwright.sync_api import Page

from benchmarks.pages import chromium, served

PAINTS = 7
CLICKS = 25

# True once the 10,000 points are on their canvas, of our own map or of a Plotly chart.
DRAWN = """() => {
  const map = document.querySelector('.explorer-map');
  if (map) return +map.dataset.points >= 10000;
  const chart = document.querySelector('.js-plotly-plot');
  const points = chart?._fullData?.reduce((n, trace) => n + (trace.x?.length ?? 0), 0);
  return points >= 10000 && chart.querySelector('canvas.gl-canvas')?.width > 0;
}"""

# Screen positions of points that lie well inside the map or the chart.
POINTS = """(n) => {
  const map = document.querySelector('.explorer-map');
  if (map) {
    const stage = map.querySelector('.stage');
    const places = [];
    for (let i = 1; places.length < n && i <= 10000; i++) {
      const place = map.place((379 * i) % +map.dataset.points);
      if (place && stage.contains(document.elementFromPoint(...place))) places.push(place);
    }
    return places;
  }
  const chart = document.querySelector('.js-plotly-plot');
  const box = chart.getBoundingClientRect();
  const {xaxis, yaxis} = chart._fullLayout;
  const traces = chart._fullData.filter((trace) => trace.customdata);
  const at = (trace, i) => [
    box.x + xaxis._offset + xaxis.c2p(trace.x[i]), box.y + yaxis._offset + yaxis.c2p(trace.y[i])];
  return Array.from({length: n}, (_, i) => {
    const trace = traces[i % traces.length];
    return at(trace, (37 * (i + 1)) % trace.x.length);
  });
}"""

# True once the point under the pointer is told.
HOVERED = """() => document.querySelector(
  '.explorer-map .card:not([hidden]), .hoverlayer .hovertext') !== null"""

# Resolves once the page rests: it was brought to the front, and the label has been drawn.
_REST = """() => new Promise((rests) => setTimeout(rests, 400))"""

# What is measured, and where its images are.
PLACES = {"images": ".st-key-images img", "all": ":is(.st-key-images, .st-key-neighbours) img"}

# Resolves with the times from the click to the first frame in which all images of a place are other
# ones, by the names of the places: those of the point itself, and with its neighbours, which are
# drawn last.
_WATCH = """(places) => {
  const images = (place) => [...document.querySelectorAll(place)].map((image) => image.src);
  const names = Object.keys(places);
  const former = names.map((name) => images(places[name]));
  const changed = (name, k) => {
    const now = images(places[name]);
    return now.length > 0 && now.every((src, i) => src !== former[k][i]);
  };
  window.elapsed = new Promise((resolve) => {
    let start;
    const times = {};
    addEventListener('mouseup', () => { start = performance.now(); }, {once: true, capture: true});
    const look = () => {
      if (start !== undefined) {
        names.forEach((name, k) => {
          if (changed(name, k)) times[name] ??= performance.now() - start;
        });
      }
      if (names.every((name) => name in times)) resolve(times);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def main() -> None:
    """Measure and print."""
    with chromium() as browser, served("app.py") as app, served("benchmarks/bare_page.py") as bare:
        pages = {name: browser.new_page(viewport={"width": 1440, "height": 900}) for name in "ab"}
        addresses = {"a": app, "b": bare}
        paints: dict[str, list[float]] = {"a": [], "b": []}
        for turn in range(PAINTS + 1):
            for name, page in pages.items():
                elapsed = paint(page, addresses[name])
                if turn:  # the first one fills the caches
                    paints[name].append(elapsed)
        ours, ordinary = (statistics.median(paints[name]) for name in "ab")
        print(f"first paint: here {ours:.0f} ms, bare page {ordinary:.0f} ms")
        print(f"first paint ratio: {ours / ordinary:.2f} (budget 1.5)")
    with (
        chromium() as browser,
        served("app.py") as app,
        served("benchmarks/launch_keras.py", TF_CPP_MIN_LOG_LEVEL="3") as keras,
    ):
        pages = {name: browser.new_page(viewport={"width": 1440, "height": 900}) for name in "ab"}
        paint(pages["a"], app)
        paint(pages["b"], keras)
        times = clicks(pages)
        for what, budget in (("images", " (budget 0.5)"), ("all", "")):
            ours, ordinary = (statistics.median(t[what] for t in times[name]) for name in "ab")
            print(f"click to {what}: here {ours:.0f} ms, with Keras predict {ordinary:.0f} ms")
            print(f"click to {what}, ratio: {ours / ordinary:.2f}{budget}")


def paint(page: Page, address: str) -> float:
    start = page.evaluate("Date.now()")
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, polling="raf", timeout=120_000)
    return float(page.evaluate("Date.now()") - start)


def clicks(
    pages: dict[str, Page], places: dict[str, dict[str, str]] | None = None
) -> dict[str, list[dict[str, float]]]:
    """Click points on pages by turns; return the times of `_WATCH` in milliseconds.

    Args:
        pages: The pages, by name.
        places: Of pages: what is measured, as `PLACES`, which the others have.
    """
    places = places or {}
    times: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
    positions = {name: page.evaluate(POINTS, CLICKS + 3) for name, page in pages.items()}
    for turn in range(CLICKS + 3):
        for name, page in pages.items():
            page.bring_to_front()
            x, y = positions[name][turn]
            page.mouse.move(x, y)
            page.wait_for_function(HOVERED)
            page.evaluate(_REST)
            page.evaluate(_WATCH, places.get(name, PLACES))
            page.mouse.click(x, y)
            elapsed = page.evaluate("window.elapsed")
            page.wait_for_function(
                "document.querySelector('[data-testid=stApp]').dataset.testScriptState"
                " === 'notRunning'"
            )
            if turn >= 3:  # the first ones fill the caches
                times[name].append(elapsed)
    return times


def inspection(page: Page) -> float:
    """Return the median time from a click to all that is known of its point, in milliseconds."""
    return statistics.median(times["all"] for times in clicks({"map": page})["map"])


if __name__ == "__main__":
    main()
