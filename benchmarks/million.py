"""`python -m benchmarks.million [codes]`: a checkpoint with 1,000,000 codes in the app.

Prints seconds to the whole map, frames a second while panning, milliseconds from the pointer to the
card and from a click to all that is known of the point, and the memory of server and browser in MB.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.map import DRAWN, POINTS, inspection
from benchmarks.pages import chromium, served
from benchmarks.raster import memory
from explorer.core import storage

SHIPPED = Path(__file__).parents[1] / "checkpoints"
SOURCE = "digits-vae-z2"


def make(folder: Path, n: int, source: str = SOURCE, seed: int = 0) -> Path:
    """Make a checkpoint of n codes: draws from q(z|x) of a shipped VAE's test images.

    Args:
        folder: Of checkpoints.
        n: How many codes.
        source: Name of the shipped checkpoint; model and data set are its own.
        seed: Of the draws.

    Returns:
        The checkpoint's folder, `folder / "<source>-<n>"`.
    """
    path = folder / f"{source}-{n}"
    shutil.copytree(
        SHIPPED / source, path, ignore=shutil.ignore_patterns("projections", "clusterings")
    )
    with np.load(SHIPPED / source / "codes.npz") as file:
        codes = {name: file[name] for name in file.files}
    draw = np.random.default_rng(seed)
    rows = draw.integers(len(codes["labels"]), size=n)
    std = np.exp(codes["z_log_var"][rows] / 2)
    noise = draw.standard_normal(std.shape, np.float32)
    (path / "codes.npz").unlink()
    storage.write_npz(
        path / "codes.npz",
        z_mean=(codes["z_mean"][rows] + std * noise).astype(np.float32),
        z_log_var=codes["z_log_var"][rows].astype(np.float32),
        labels=codes["labels"][rows],
        reconstruction_error=codes["reconstruction_error"][rows].astype(np.float32),
    )
    return path


# Counts the frames whose picture changed until it is told to stop, in pictures a second.
_COUNT = """() => {
  const canvas = document.querySelector('.explorer-map .points');
  const probe = new OffscreenCanvas(96, 96).getContext('2d', {willReadFrequently: true});
  const place = [canvas.width / 2 - 48, canvas.height / 2 - 48, 96, 96];
  const seen = () => {
    probe.clearRect(0, 0, 96, 96);
    probe.drawImage(canvas, ...place, 0, 0, 96, 96);
    const words = new Uint32Array(probe.getImageData(0, 0, 96, 96).data.buffer);
    return words.reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0);
  };
  let [changed, last, going] = [0, seen(), true];
  const start = performance.now();
  const look = () => {
    const hash = seen();
    if (hash !== last) changed += 1;
    last = hash;
    if (going) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.stopCounting = () => {
    going = false;
    return (1000 * changed) / (performance.now() - start);
  };
}"""

# Resolves with the milliseconds from a movement of the pointer to the frame with the card.
_CARD = """() => {
  const card = document.querySelector('.explorer-map .card');
  const former = card.dataset.index;
  window.elapsed = new Promise((resolve) => {
    addEventListener('pointermove', () => {
      const start = performance.now();
      const look = () => card.hidden || card.dataset.index === former
        ? requestAnimationFrame(look) : resolve(performance.now() - start);
      look();
    }, {once: true, capture: true});
  });
}"""


def main() -> None:
    """Measure and print."""
    n = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    _empty()
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder), n)
        with served("app.py", EXPLORER_CHECKPOINTS=folder) as app, chromium() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            for visit in ("first", "second"):
                start = time.perf_counter()
                page.goto(f"{app}/?checkpoint={path.name}")
                page.wait_for_function(DRAWN.replace("10000", str(n)), polling="raf")
                print(f"{visit} visit: whole map after {time.perf_counter() - start:.1f} s")
            print(f"panning: {_pan(page):.0f} frames/s")
            print(f"pointer to card: {_hover(page):.0f} ms (p95)")
            print(f"click to all that is known of the point: {inspection(page):.0f} ms (median)")
            print(f"server {_server(app):.0f} MB, browser {memory(browser):.0f} MB")


def _empty() -> None:
    """Print what the browser takes without this project."""
    with served("benchmarks/empty_page.py") as empty, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto("about:blank")
        blank = memory(browser)
        page.goto(empty)
        page.get_by_text("Nothing.").wait_for()
        print(f"browser: empty {blank:.0f} MB, an empty Streamlit page {memory(browser):.0f} MB")


def _pan(page: Page) -> float:
    """Drag the map to and fro; return the changed frames per second."""
    page.mouse.move(400, 500)
    page.mouse.down()
    page.evaluate(_COUNT)
    for x, y in ((520, 560), (330, 430), (480, 520)):
        page.mouse.move(x, y, steps=60)
    frames = float(page.evaluate("stopCounting()"))
    page.mouse.up()
    return frames


def _hover(page: Page) -> float:
    """Return the 95th percentile of 40 times from the pointer to the card of another point."""
    times = []
    for x, y in page.evaluate(POINTS, 40):
        page.evaluate(_CARD)
        page.mouse.move(x, y)
        times.append(page.evaluate("elapsed"))
    return float(np.percentile(times, 95))


def _server(address: str) -> float:
    """Return the memory of the server's process, in MB."""
    port = address.rsplit(":", 1)[1]
    (server,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--server.port={port}" in (process.info["cmdline"] or [])
    ]
    return float(server.memory_info().rss) / 2**20


if __name__ == "__main__":
    main()
