"""`python -m benchmarks.rerun [times]`: what an action of a visitor costs the web process.

One visitor acts at a time, so other work on the machine hardly matters. Prints for each action the
median milliseconds of CPU of the web process, and the messages and kilobytes that were sent.
"""

import asyncio
import itertools
import statistics
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.classroom import CHECKPOINTS, COLOURS, KS, folders, prepare, web_process
from benchmarks.pages import served
from benchmarks.visitor import Visitor

PARTS = 3  # of all times: the median of their means is told
UNSEEN = 5  # times before, that are not counted

Action = Callable[[int], Awaitable[object]]


async def _actions(address: str) -> AsyncIterator[tuple[str, Visitor, Action]]:
    """Yield what is measured: its name, who does it, and how for the i-th time."""
    files: set[str] = set()

    async def join(i: int) -> None:
        async with Visitor(address, files) as other:
            await other.open()
        visitor.messages += other.messages
        visitor.received += other.received

    async with Visitor(address, files) as visitor:
        await visitor.open(checkpoint=CHECKPOINTS[0])
        yield "join", visitor, join
        yield "open Map", visitor, lambda i: visitor.open(checkpoint=CHECKPOINTS[0])
        yield (
            "switch checkpoint",
            visitor,
            lambda i: visitor.change("checkpoint", string_value=CHECKPOINTS[i % 2]),
        )
        point = visitor.key("map-.*-point")
        yield "click", visitor, lambda i: visitor.trigger(point, "clicked", i)
        yield (
            "recolour",
            visitor,
            lambda i: visitor.change("colour", string_value=COLOURS[i % len(COLOURS)]),
        )
        yield (
            "open Cluster",
            visitor,
            lambda i: visitor.open("cluster", checkpoint=CHECKPOINTS[0]),
        )
        yield "change k", visitor, lambda i: visitor.change("k", double_value=KS[i % len(KS)])
        yield (
            "open Decode",
            visitor,
            lambda i: visitor.open("decode", checkpoint=CHECKPOINTS[0]),
        )

        async def drag(i: int) -> None:
            start = visitor.data("pad")["start"]
            z = [(i % 7) / 7] * len(start["z"])
            await visitor.tell("pad", place={"token": start["token"], "z": z})

        yield "drag", visitor, drag
        yield "open Train", visitor, lambda i: visitor.open("train")


async def measure(address: str, times: int) -> None:
    """Print a row for each action."""
    web = web_process(address)
    await prepare(address)
    print(f"{'action':20}{'ms of CPU':>12}{'messages':>10}{'kB':>8}")
    async for name, visitor, act in _actions(address):
        count = itertools.count()
        for _ in range(UNSEEN):
            await act(next(count))
        messages, received = visitor.messages, visitor.received
        costs: list[float] = []
        for _ in range(PARTS):
            began = sum(web.cpu_times()[:2])
            for _ in range(times // PARTS):
                await act(next(count))
            costs.append((sum(web.cpu_times()[:2]) - began) / (times // PARTS) * 1000)
        n = times // PARTS * PARTS
        print(
            f"{name:20}{statistics.median(costs):12.1f}{(visitor.messages - messages) / n:10.1f}"
            f"{(visitor.received - received) / n / 1000:8.1f}",
            flush=True,
        )
        if visitor.errors:
            raise SystemExit(f"{name}: {visitor.errors[0]}")


def main() -> None:
    """Measure and print."""
    times = int(sys.argv[1]) if sys.argv[1:] else 60
    with TemporaryDirectory() as folder, served("app.py", **folders(Path(folder))) as app:
        asyncio.run(measure(app, times))


if __name__ == "__main__":
    main()
