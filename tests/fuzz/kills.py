"""`python -m tests.fuzz.kills`: kill -9 at each moment of each real kind of job, and do it again.

A process of the app's begins a job; its worker, its scheduler or the app itself is killed as the
job begins, in its midst, or as its result appears. Then the job must have ended with a sentence,
what it left must be whole or nothing, no process may go on, and the same job, asked for again,
must give what it gives when nobody is killed. Commands (`encode`, `cluster --distributed`,
`download`) are killed in the same way, the command or one of its workers.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from explorer import checkpoints, jobs
from explorer.core.errors import ExplorerError
from explorer.training import queue, run_store
from tests.fuzz import commands
from tests.fuzz.commands import COMMANDS
from tests.fuzz.kinds import KINDS, PATIENCE, Kind, folders, until

ROOT = Path(__file__).parents[2]
MOMENTS = ("start", "midst", "end")
VICTIMS = ("worker", "scheduler", "app")


def app(name: str) -> None:
    """Be an app: do what is told line by line, and say which job it became."""
    kind = KINDS[name]
    for line in sys.stdin:
        job = kind.begin() if line.strip() == "begin" else kind.again()
        print(job.id if job is not None else "-", flush=True)


class App:
    """An app in a process of its own."""

    def __init__(self, kind: str) -> None:
        command = [sys.executable, "-m", "tests.fuzz.kills", "--app", kind]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.pid = self._process.pid

    def ask(self, what: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(PATIENCE)


def _reached(kind: Kind, job_id: str, moment: str) -> bool:
    """Whether a job is at a moment, or has ended."""
    job = jobs.get(job_id)
    if moment == "end":
        return kind.file().exists() or not job.active
    return not job.active or (job.started is not None and (moment == "start" or job.fraction > 0.2))


def _kill(app: App, job_id: str, victim: str) -> list[psutil.Process]:
    """Kill, and return the processes that must end with it."""
    family = app.family()
    if victim == "app":
        psutil.Process(app.pid).kill()
        return family
    if victim == "scheduler":
        scheduler = psutil.Process(app.pid).children()[0]
        scheduler.kill()
        # Itself it stays in the list of processes until the app asks for it.
        return [process for process in family if process != scheduler]
    worker = psutil.Process(jobs.get(job_id).pid)
    ending = [worker, *worker.children(recursive=True)]
    worker.kill()
    return ending


def case(name: str, victim: str, moment: str, expected: Any) -> list[str]:
    """Do one case in fresh folders; return what was wrong."""
    kind = KINDS[name]
    with folders():
        running = App(name)
        job_id = running.ask("begin")
        if not until(lambda: _reached(kind, job_id, moment)):
            return ["the moment never came"]
        ending = _kill(running, job_id, victim)
        wrong = [f"{process} goes on" for process in psutil.wait_procs(ending, timeout=60)[1]]
        if not until(lambda: not jobs.get(job_id).active):
            return [*wrong, f"the job stays {jobs.get(job_id).state}"]
        job = jobs.get(job_id)
        if (job.state, bool(job.error)) not in (("interrupted", True), ("done", False)):
            wrong.append(f"it is {job.state}: {job.error}")
        try:
            if kind.result() not in (None, expected):
                wrong.append("what it left is neither whole nor nothing")
        except ExplorerError as error:
            wrong.append(f"what it left: {error}")
        if victim == "app":
            running.close()
            running = App(name)
        job_id = running.ask("again")
        if job_id != "-" and not until(lambda: not jobs.get(job_id).active):
            return [*wrong, "done again, it does not end"]
        if name.startswith("grid") and not until(lambda: not _active()):
            return [*wrong, "done again, a training does not end"]
        if kind.result() != expected:
            error = jobs.get(job_id).error if job_id != "-" else ""
            wrong.append(f"done again, it is not what it should be: {kind.result()} {error}")
        running.close()
        wrong += [f"{item.name}: {item.reason}" for item in _damaged()]
    return wrong


def _active() -> bool:
    return any(training.active for training in queue.list_trainings())


def _damaged() -> list[Any]:
    found = [*checkpoints.list_checkpoints(), *run_store.scan()]
    return [item for item in found if hasattr(item, "reason")]


def whole(name: str) -> Any:
    """Return what a kind gives when nobody is killed."""
    with folders():
        running = App(name)
        job_id = running.ask("begin")
        until(lambda: not jobs.get(job_id).active)
        until(lambda: not _active())
        result = KINDS[name].result()
        told = jobs.get(job_id).error
        running.close()
    assert result is not None, f"{name} failed: {told}"
    return result


def main(kinds: list[str], moments: list[str], victims: list[str], sample: bool = False) -> int:
    """Run the cases, or of each kind one for each victim; return how many went wrong."""
    bad = n = 0
    for name in kinds:
        began = time.monotonic()
        expected = whole(name) if name in KINDS else None
        for victim in victims:
            if name not in KINDS and victim == "scheduler":
                continue  # it is in the command's own process
            for moment in moments:
                turn = [*KINDS, *COMMANDS].index(name) + VICTIMS.index(victim)
                if sample and moment != MOMENTS[turn % 3]:
                    continue
                if name in KINDS:
                    wrong = case(name, victim, moment, expected)
                else:
                    wrong = commands.case(name, victim, moment)
                n, bad = n + 1, bad + bool(wrong)
                print(
                    f"  {name}, {victim} killed, {moment}: {'; '.join(wrong) or 'fine'}", flush=True
                )
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"{n} cases, {bad} went wrong")
    return bad


if __name__ == "__main__":
    everything = [*KINDS, *COMMANDS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--kinds", nargs="+", choices=everything, default=everything)
    parser.add_argument("--moments", nargs="+", choices=MOMENTS, default=list(MOMENTS))
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=list(VICTIMS))
    parser.add_argument("--sample", action="store_true", help="each victim once, at some moment")
    parsed = parser.parse_args()
    if parsed.app:
        app(parsed.app)
    else:
        sys.exit(min(main(parsed.kinds, parsed.moments, parsed.victims, parsed.sample), 1))
