"""`python -m tests.fuzz [--cases 5000] [--seed 0]`: change files and send nonsense by chance.

Each case is a number: the same seed makes the same case. Files are read by all their readers, and
every tenth of them by a page too; visitors speak Streamlit's protocol to a server. What must not be
is printed: an error that is no sentence, a trace, a page without anything, a case that takes a
minute, a change outside of what was given, a whole neighbour that is no longer listed.
"""

import argparse
import collections
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path
from urllib.parse import urlencode

from tests.fuzz import files, visitors
from tests.fuzz.files import KINDS, Base, Finding

_PAGE_OF = {
    **{"job.json": "train", ".partial": "train", ".sweeps": "train"},
    **{"clusterings": "cluster", "projections": "compare"},
}
_EVERY = 10


class Session:
    """A visitor who comes back when the connection was lost."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._visitor = visitors.Visitor(address)

    def leave(self) -> None:
        """Go, and come back as another visitor."""
        self._visitor.close()
        self._visitor = visitors.Visitor(self._address)

    def open(self, page: str, query: str, states: dict | None = None) -> visitors.Page:
        try:
            return self._visitor.open(page, query, states)
        except Exception as error:
            self._visitor = visitors.Visitor(self._address)
            return visitors.Page(traces=[f"the session ended: {type(error).__name__}"])


def _files(base: Base, session: Session, n: int, seed: int) -> list[Finding]:
    found = []
    for kind in KINDS:
        began = time.monotonic()
        for number in range(n):
            found += files.run(base, kind, number, seed)
            if number % _EVERY == 0 and (base.checkpoints / "mine").exists() | (kind in _PAGE_OF):
                asked = {"checkpoint": "mine", "training": "mine", "with": "good"}
                query = urlencode(asked | ({"what": "grid"} if kind == ".sweeps" else {}))
                page = session.open(_PAGE_OF.get(kind, ("", "decode")[number % 20 // 10]), query)
                found += [Finding(f"page of {kind}", number, what) for what in page.wrong]
        base.forget()
        _say(kind, n, began)
    return found


def _visits(base: Base, session: Session, n: int, seed: int) -> list[Finding]:
    found = []
    for kind in ("address", "widgets"):
        began = time.monotonic()
        for number in range(n):
            dice = random.Random(f"{seed} {kind} {number}")
            page = dice.choice(visitors.PAGES)
            if kind == "address":
                shown = session.open(page, visitors.address(dice))
            else:
                whole = session.open(page, "checkpoint=good")
                states = visitors.hostile(whole, dice)
                shown = session.open(page, "checkpoint=good", states)
                session.leave()  # what its widgets hold would be told of again
            found += [Finding(f"{kind} of {page or 'map'}", number, what) for what in shown.wrong]
            if number % _EVERY == 0:
                found += [Finding(kind, number, f"changed: {name}") for name in _changed(base)]
                _clear(base)
        _say(kind, n, began)
    return found


def _changed(base: Base) -> list[str]:
    """Return what a visitor changed: pages may keep results in `good` and add jobs."""
    own = "checkpoints/good/"
    return [name for name in base.disturbed() if not name.startswith(own)]


def _clear(base: Base) -> None:
    for folder in base.jobs.iterdir():
        if folder.name not in ("good", "mine"):
            files.values._gone(folder)


def _say(kind: str, n: int, began: float) -> None:
    print(f"{kind}: {n} cases, {1000 * (time.monotonic() - began) / n:.0f} ms each", flush=True)


def main(cases: int, seed: int, log: str = "", only_visitors: bool = False) -> int:
    """Run so many cases; return how many findings there are."""
    warnings.simplefilter("ignore")
    kinds = 2 if only_visitors else len(KINDS) + 2
    n = -(-cases // kinds)
    with tempfile.TemporaryDirectory() as folder:
        base = Base(Path(folder))
        with visitors.served(base.path / "home") as address:
            other = visitors.Visitor(address)
            session = Session(address)
            found = _visits(base, session, n, seed)
            base.accept()  # what pages have kept
            if not only_visitors:
                found += _files(base, session, n, seed)
            if log:
                Path(log).write_bytes((base.path / "home" / "log").read_bytes())
            undisturbed = other.open("cluster", "checkpoint=good")
            found += [Finding("another visitor", 0, what) for what in undisturbed.wrong]
    seen = collections.Counter((item.kind, item.what) for item in found)
    for (kind, what), count in seen.most_common():
        first = next(item.number for item in found if (item.kind, item.what) == (kind, what))
        print(f"{count} × {kind}, first case {first}: {what}")
    print(f"{n * kinds} cases, {len(seen)} findings")
    return len(seen)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", default="", help="where to keep what the server printed")
    parser.add_argument("--visitors", action="store_true", help="addresses and widgets alone")
    parsed = parser.parse_args()
    sys.exit(min(main(parsed.cases, parsed.seed, parsed.log, parsed.visitors), 1))
