"""`python -m benchmarks.raster`: how fast the map's rasteriser draws, in Chromium without a GPU.

A frame counts if the picture on the page changed. Of several runs the best is told, for other work
on the machine only slows it. Budgets: while moving 50 frames a second up to 1,000,000 points and 30
at 5,000,000; hover 32 ms (95th percentile); the whole picture 100 ms after the hand rests, up to
1,000,000 points; a lasso 100 ms.
"""

import functools
import http.server
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages import CHROMIUM, ROOT

COUNTS = (10_000, 100_000, 1_000_000, 5_000_000)
RUNS = 3
SECONDS = 2
_FRONTEND = ROOT / "explorer/ui/frontend"


def main() -> None:
    """Measure and print."""
    counts = [int(count) for count in sys.argv[1:]] or COUNTS
    with _page() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        browser.new_page().goto("about:blank")
        print(f"an empty page: browser {memory(browser):.0f} MB", flush=True)
        browser.close()
        for count in counts:
            runs = []
            for _ in range(RUNS):
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                runs.append(_run(browser, address, count))
                browser.close()
            _tell(count, runs)


def _run(browser: Browser, address: str, count: int) -> dict[str, float]:
    """Measure once with so many points."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto(address)
    page.wait_for_function("window.ready")
    opened = page.evaluate("n => open_(n)", count)
    pan: dict[str, Any] = page.evaluate("s => move('pan', s)", SECONDS)
    zoom: dict[str, Any] = page.evaluate("s => move('zoom', s)", SECONDS)
    hover = page.evaluate("hover(60)")
    lasso = page.evaluate("lasso()")
    return {
        "pan": pan["changed"],
        "zoom": zoom["changed"],
        "drawn": pan["told"],
        "asked": pan["frames"],
        "points": pan["least"],
        "work": pan["work"],
        "rest": pan["rest"],
        "hover": hover["hover"],
        "hover moving": pan["hover"],
        "lasso": lasso["lasso"],
        "first": opened["first"],
        "whole": opened["whole"],
        "memory": memory(browser),
    }


def memory(browser: Browser) -> float:
    """Return the memory of all of the browser's processes, in MB; what is shared counts once."""
    session = browser.new_browser_cdp_session()
    total = 0
    for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        for line in Path(f"/proc/{process['id']}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _tell(count: int, runs: list[dict[str, float]]) -> None:
    more = {"pan", "zoom", "drawn", "asked", "points"}
    best = {k: (max if k in more else min)(run[k] for run in runs) for k in runs[0]}
    frames = 50 if count <= 1_000_000 else 30
    print(
        f"{count:,} points: pan {best['pan']:.0f} and zoom {best['zoom']:.0f} frames/s"
        f" (budget {frames}; {best['asked']:.0f} asked for, {best['drawn']:.0f} drawn,"
        f" of {best['points']:,.0f} points or more, {best['work']:.1f} ms of the worker each);"
        f" at rest after {best['rest']:.0f} ms (budget 100);"
        f" hover {best['hover']:.1f} ms, while panning {best['hover moving']:.1f} (budget 32);"
        f" lasso {best['lasso']:.0f} ms;"
        f" first picture {best['first']:.0f} ms, whole {best['whole']:.0f} ms;"
        f" browser {best['memory']:.0f} MB",
        flush=True,
    )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@contextmanager
def _page() -> Iterator[str]:
    """Build the engine, serve it with its page; yield the address."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [f"src/map/{name}.ts" for name in ("engine", "view", "worker")]
        more = ["--minify", "--log-level=warning", f"--outdir={folder}"]
        subprocess.run(
            [_FRONTEND / "node_modules/.bin/esbuild", *sources, "--bundle", "--format=esm", *more],
            cwd=_FRONTEND,
            check=True,
        )
        copy(ROOT / "benchmarks/raster.html", f"{folder}/index.html")
        handler = functools.partial(_Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


if __name__ == "__main__":
    main()
