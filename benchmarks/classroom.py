"""`python -m benchmarks.classroom [visitors] [seconds]`: a class at work, and what it waits for.

Visitors without a browser, and two pages in Chromium, join one after the other within half a
minute, then act every three seconds: switch the checkpoint, click, recolour, change k, drag, leave.
Each waits for the answer to one action before the next. The clusterings that they ask for were
computed before. Budgets, of 100 visitors on two cores that also run the visitors: p95 ≤ 1 s, no
error, the web process ≤ 600 MB and level.
"""

import asyncio
import itertools
import random
import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from playwright.async_api import Page, async_playwright

from benchmarks.map import DRAWN, POINTS
from benchmarks.pages import ARGUMENTS, CHROMIUM, ROOT, served
from benchmarks.visitor import Visitor

EVERY = 3.0  # seconds between two actions of one visitor
JOINING = 30.0  # seconds in which all join
CHECKPOINTS = ("fashion-vae-mlp-z10", "fashion-ae-cnn-z10", "digits-vae-z2")
COLOURS = ("Label", "Reconstruction error", "z 1")
KS = (8, 9, 10, 11, 12)

# `inspected` resolves with the milliseconds from now to the images of another point.
_WATCH = """() => void (window.inspected = new Promise((resolve) => {
  const images = () => [...document.querySelectorAll('.st-key-neighbours img')].map((i) => i.src);
  const [former, start] = [images().join(), performance.now()];
  const look = () => {
    if (images().length && images().join() !== former) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  look();
}))"""


class Record:
    """Seconds of each action, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    def tell(self) -> None:
        """Print a table."""
        print(f"{'action':24}{'times':>7}{'p50':>8}{'p95':>8}{'most':>8}")
        rows = [*sorted(self.seconds.items()), ("all", [*itertools.chain(*self.seconds.values())])]
        for name, values in rows:
            ordered = sorted(values)
            p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
            print(
                f"{name:24}{len(values):7,}{statistics.median(values):7.2f}s{p95:7.2f}s"
                f"{ordered[-1]:7.2f}s"
            )
        print(f"errors: {len(self.errors)} (budget 0)")
        for error in self.errors[:5]:
            print(f"  {error}")


async def _attend(address: str, record: Record, begin: float, end: float, seed: int) -> None:
    """Be one visitor until the end, who leaves and joins again after each round.

    Their browser keeps the files of the checkpoints, as the server lets it.
    """
    rng = random.Random(seed)
    files: set[str] = set()
    await asyncio.sleep(max(0.0, begin - time.monotonic()))
    while time.monotonic() < end:
        try:
            async with asyncio.timeout(120), Visitor(address, files) as visitor:
                async for action, seconds in _round(visitor, rng):
                    record.seconds[action].append(seconds)
                    record.errors += visitor.errors
                    visitor.errors.clear()
                    if time.monotonic() > end:
                        return
                    await asyncio.sleep(max(0.0, rng.uniform(0.5, 1.5) * EVERY - seconds))
        except Exception as error:  # whatever a visitor meets is counted
            record.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(EVERY)


async def _round(visitor: Visitor, rng: random.Random) -> AsyncIterator[tuple[str, float]]:
    """Do what a student does; yield each action and the seconds that it took."""
    yield "join", await visitor.open()
    name = rng.choice(CHECKPOINTS)
    yield "switch checkpoint", await visitor.change("checkpoint", string_value=name)
    point = visitor.key("map-.*-point")
    for _ in range(3):
        yield "click", await visitor.trigger(point, "clicked", rng.randrange(500))
    for colour in rng.sample(COLOURS, 2):
        yield "recolour", await visitor.change("colour", string_value=colour)
    yield "open Cluster", await visitor.open("cluster", checkpoint=rng.choice(CHECKPOINTS))
    for k in rng.sample(KS, 2):
        yield "change k", await visitor.change("k", double_value=k)
    yield "open Decode", await visitor.open("decode", checkpoint=rng.choice(CHECKPOINTS))
    for _ in range(4):
        start = visitor.data("pad")["start"]
        z = [rng.uniform(-1, 1) for _ in start["z"]]
        yield "drag", await visitor.tell("pad", place={"token": start["token"], "z": z})


async def _browse(page: Page, address: str, record: Record, end: float) -> None:
    """Be a visitor with Chromium: open the map anew, click points on it."""
    places: list[list[float]] = []
    for turn in itertools.count():
        if time.monotonic() > end:
            return
        try:
            began = time.monotonic()
            if turn % 6 == 0:
                await page.goto(f"{address}/?colour={'label' if turn % 12 else 'error'}")
                await page.wait_for_function(DRAWN, polling="raf", timeout=60_000)
                places = await page.evaluate(POINTS, 8)
                record.seconds["Chromium: open the map"].append(time.monotonic() - began)
            else:
                await page.evaluate(_WATCH)
                await page.mouse.move(*places[turn % 6])
                await page.mouse.click(*places[turn % 6])
                record.seconds["Chromium: click"].append(await page.evaluate("inspected") / 1000)
        except Exception as error:
            record.errors.append(f"Chromium: {type(error).__name__}: {str(error)[:200]}")
        await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - began)))


def web_process(address: str) -> psutil.Process:
    """Return the process that serves the app at an address."""
    port = address.rsplit(":", 1)[1]
    (web,) = (
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--server.port={port}" in (process.info["cmdline"] or ())
    )
    return web


async def _watch(web: psutil.Process, end: float) -> None:
    """Print what the web process uses, every half minute."""
    own = psutil.Process()
    busy, visiting = sum(web.cpu_times()[:2]), sum(own.cpu_times()[:2])
    began = time.monotonic()
    while True:
        await asyncio.sleep(min(30.0, max(0.1, end - time.monotonic())))
        now, total = time.monotonic(), sum(web.cpu_times()[:2])
        others = sum(own.cpu_times()[:2])
        print(
            f"{now - end:6.0f} s: web process {web.memory_info().rss / 1e6:.0f} MB, "
            f"{web.num_fds()} open files, {web.num_threads()} threads, "
            f"{(total - busy) / (now - began):.0%} of a core; all visitors without a browser "
            f"{(others - visiting) / (now - began):.0%}",
            flush=True,
        )
        busy, visiting, began = total, others, now
        if now >= end:
            return


async def prepare(address: str) -> None:
    """Have computed what the class will ask for."""
    async with Visitor(address) as visitor:
        for name in CHECKPOINTS:
            await visitor.open(checkpoint=name)
            await visitor.open("cluster", checkpoint=name)
            for k in KS:
                await visitor.change("k", double_value=k)


@asynccontextmanager
async def _pages(n: int) -> AsyncIterator[list[Page]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield [await browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(n)]
        await browser.close()


async def measure(address: str, visitors: int, seconds: float) -> None:
    """Let a class work, and print what it waited for."""
    web = web_process(address)
    await prepare(address)
    record = Record()
    begin = time.monotonic()
    end = begin + JOINING + seconds
    async with _pages(2) as pages, asyncio.TaskGroup() as group:
        group.create_task(_watch(web, end))
        for page in pages:
            group.create_task(_browse(page, address, record, end))
        for i in range(visitors):
            joined = begin + JOINING * i / visitors
            group.create_task(_attend(address, record, joined, end, seed=i))
    record.tell()


def folders(folder: Path) -> dict[str, str]:
    """Return the environment of an app that has a copy of the shipped checkpoints in a folder."""
    shutil.copytree(ROOT / "checkpoints", folder / "checkpoints")
    return {"EXPLORER_CHECKPOINTS": f"{folder}/checkpoints", "EXPLORER_JOBS": f"{folder}/jobs"}


def main() -> None:
    """Measure and print."""
    visitors, seconds = (int(text) for text in (*sys.argv[1:], "100", "120")[:2])
    with TemporaryDirectory() as folder, served("app.py", **folders(Path(folder))) as app:
        asyncio.run(measure(app, visitors, seconds))


if __name__ == "__main__":
    main()
