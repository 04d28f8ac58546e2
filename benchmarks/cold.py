"""`python -m benchmarks.cold`: from `streamlit run` to the drawn map in a fresh Chromium.

Beside it an ordinary app, which imports TensorFlow and UMAP, and a bare page, both with one Plotly
figure. Prints medians in seconds, ratios, and kilobytes of a first visit and of a reload. Budgets:
0.40 of the ordinary app, below the bare page, 700 kB more than Streamlit's own, a reload 100 kB.
"""

import statistics
import sys
import time

from playwright.sync_api import Browser, Request

from benchmarks.map import DRAWN
from benchmarks.pages import chromium, served

TURNS = 5
REST = 3000  # milliseconds in which the page loads what it will need
SCRIPTS = {
    "here": "app.py",
    "ordinary": "benchmarks/ordinary_page.py",
    "bare": "benchmarks/bare_page.py",
}


def main() -> None:
    """Measure and print."""
    turns = int(sys.argv[1]) if sys.argv[1:] else TURNS
    seconds: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    loads: dict[str, list[float]] = {}
    with chromium() as browser:
        for turn in range(turns + 1):
            for name, script in SCRIPTS.items():
                elapsed, loads[name] = _open(browser, script)
                if turn:  # the first one reads the libraries from the disk
                    seconds[name].append(elapsed)
    here, ordinary, bare = (statistics.median(seconds[name]) for name in SCRIPTS)
    print(f"cold start: here {here:.2f} s, ordinary app {ordinary:.2f} s, bare page {bare:.2f} s")
    print(f"ratios: {here / ordinary:.2f} (budget 0.40) and {here / bare:.2f} (budget 1)")
    for name, (first, own, later, again) in loads.items():
        print(
            f"{name}: {own:,.0f} kB of Streamlit's own files and {first - own:,.0f} kB more until "
            f"the map is drawn, {later:,.0f} kB in the seconds after; reload {again:,.0f} kB"
        )


def _open(browser: Browser, script: str) -> tuple[float, list[float]]:
    """Return seconds to the drawn map; kB until then, of Streamlit's files, after, of a reload."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    finished: list[Request] = []
    frames: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        frames.append(frame)

    # Workers' requests are among them.
    page.on("requestfinished", lambda request: finished.append(request))
    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    began = time.perf_counter()
    with served(script) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(DRAWN, polling="raf", timeout=120_000)
        elapsed = time.perf_counter() - began
        page.wait_for_load_state("networkidle")
        first, own = _kilobytes(finished, frames)
        page.wait_for_timeout(REST)
        later, _ = _kilobytes(finished, frames)
        page.reload(wait_until="commit")
        page.wait_for_function(DRAWN, polling="raf", timeout=120_000)
        page.wait_for_load_state("networkidle")
        again, _ = _kilobytes(finished, frames)
        context.close()
    return elapsed, [first, own, later, again]


def _kilobytes(finished: list[Request], frames: list[str | bytes]) -> tuple[float, float]:
    """Return kB of all that came, and of Streamlit's own files, and begin to count anew."""
    sizes = [
        (request.url, max(0, request.sizes()["responseBodySize"]) / 1000) for request in finished
    ]
    socket = sum(map(len, frames)) / 1000
    finished.clear()
    frames.clear()
    return socket + sum(size for _, size in sizes), sum(
        size for url, size in sizes if "/static/" in url
    )


if __name__ == "__main__":
    main()
