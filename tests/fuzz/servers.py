"""`python -m tests.fuzz.servers`: two servers on one folder, asked at once, and one of them killed.

Both are real (`streamlit run app.py`), with the same folders of checkpoints, jobs and the cache;
visitors speak Streamlit's protocol. What must not be is printed.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from benchmarks.pages import served
from explorer import checkpoints, jobs
from explorer.clustering.spec import default_spec
from explorer.projection import METHODS, ProjectionSpec
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.runs.request import Request
from explorer.training import queue, run_store
from tests.fuzz.kinds import folders, until
from tests.fuzz.visitors import Page, Visitor

_TRAINING = "train-dataset=digits&train-epochs=5000&train-batch_size=16"
# What is asked for in both at once: computed by a job, and computed by each page.
_ASKED: dict[str, tuple[str, str, Request[Any]]] = {
    "t-SNE": (
        "",
        "checkpoint=mine&projection=t-SNE",
        ProjectionRequest("mine", ProjectionSpec(METHODS["tsne"]())),
    ),
    "k-means": (
        "cluster",
        "checkpoint=mine&method=k-means&k=7",
        ClusteringRequest("mine", default_spec("kmeans", n_clusters=7)),
    ),
}


def _both(ask: Callable[[str], Page], addresses: list[str]) -> list[Page]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask, addresses))


def _open(address: str, page: str, query: str, press: str = "") -> Page:
    """Open a page as a new visitor; press a button on it, if one is named."""
    visitor = Visitor(address)
    shown = visitor.open(page, query)
    if press:
        if press not in shown.buttons:
            shown.traces.append(f"there is no button {press!r} among {list(shown.buttons)}")
        else:
            shown = visitor.open(page, query, {shown.buttons[press]: ("trigger_value", True)})
    visitor.close()
    return shown


def _server(address: str) -> psutil.Process:
    port = f"--server.port={address.rsplit(':', 1)[1]}"
    return next(
        each for each in psutil.process_iter(["cmdline"]) if port in (each.info["cmdline"] or [])
    )


def main() -> int:
    """Go through it once; return how much was wrong."""
    wrong: list[str] = []

    def check(what: str, fine: object) -> None:
        print(f"{'fine' if fine else 'WRONG'}: {what}", flush=True)
        wrong.extend([] if fine else [what])

    def sound(what: str, *pages: Page) -> None:
        told = [item for page in pages for item in (*page.wrong, *page.errors)]
        check(f"{what} {told or ''}", not told)

    def epochs() -> int:
        return sum(item.epochs for item in run_store.list_unfinished())

    with folders() as folder, ExitStack() as stack:
        for kept in ("projections", "clusterings"):  # nothing is computed yet
            for file in (folder / "checkpoints" / "mine" / kept).glob("*"):
                file.unlink()
        first, second = (stack.enter_context(served("app.py")) for _ in range(2))
        for what, (page, query, request) in _ASKED.items():
            pages = _both(lambda at, p=page, q=query: _open(at, p, q), [first, second])
            sound(f"{what} asked for in both at once", *pages)
            check(f"{what} is whole", until(lambda r=request: r.find() is not None))
            asked = [job for job in jobs.list_jobs() if job.name == request.job_name]
            ended = until(lambda r=request: not any(job.active for job in jobs.list_jobs()))
            check(f"its jobs have ended: {[job.state for job in asked]}", ended)
            again = _both(lambda at, p=page, q=query: _open(at, p, q), [first, second])
            sound(f"{what} is drawn in both", *again)
        sound("a training is started in one", _open(first, "train", _TRAINING, "Start training"))
        check("it trains", until(lambda: epochs() > 0))
        (name,) = [training.name for training in queue.list_trainings()]
        watched = f"training={name}"
        seen = _open(second, "train", watched)
        sound("it is watched in the other", seen)
        check("and may be stopped there", "Stop" in seen.buttons)
        server = _server(first)
        family = server.children(recursive=True)
        server.kill()
        check("its workers end with the one", not psutil.wait_procs(family, timeout=60)[1])
        check("the training is interrupted", until(lambda: not queue.get(name).active))
        reached = epochs()
        sound("the other goes on", _open(second, "train", watched))
        sound("it resumes it", _open(second, "train", watched, "Resume"))
        check("it trains on", until(lambda: epochs() > reached))
        third = stack.enter_context(served("app.py"))  # the one, started again
        sound("the one, back, watches it", _open(third, "train", watched))
        sound("and stops it", _open(third, "train", watched, "Stop"))
        check("it has stopped", until(lambda: not queue.get(name).active))
        keep = "Make a checkpoint of it"
        sound("and keeps it", _open(third, "train", watched, keep))
        there = until(lambda: (checkpoints.root() / name).exists())
        check("it is a checkpoint", there)
        rows = checkpoints.get(name).history()["epoch"].astype(int).tolist()
        check(f"of {len(rows)} epochs without a gap", rows == list(range(1, len(rows) + 1)))
        check("none of them before the kill is lost", len(rows) > reached)
        for address in (second, third):
            for page in ("", "decode", "cluster"):
                sound(f"{page or 'map'} of it", _open(address, page, f"checkpoint={name}"))
        left = list(Path(folder).rglob(".writing-*"))
        check(f"nothing half is left: {left or ''}", not left)
    print(f"{len(wrong)} wrong")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
