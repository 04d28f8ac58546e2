"""What is read of a visitor's files runs apart, and ends alone."""

import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.core import limited
from explorer.core.errors import ExplorerError
from explorer.core.limited import Limits
from explorer.core.progress import Progress, Report, silent


def double(x: int, report: Report = silent) -> dict[str, object]:
    print("noise of a library")
    report(Progress(0.5, "Half"))
    return {"double": 2 * x, "token": os.environ.get("EXPLORER_ADMIN_TOKEN"), "pid": os.getpid()}


def refuse(report: Report = silent) -> None:
    raise ExplorerError("This is refused: bring another one.")


def break_down(report: Report = silent) -> None:
    raise ZeroDivisionError("a defect")


def fill(report: Report = silent) -> int:
    return len(bytearray(2_000_000_000))


def spin(report: Report = silent) -> None:
    while True:
        pass


def write(path: str, report: Report = silent) -> None:
    Path(path).write_bytes(bytes(1_000_000))


def die(report: Report = silent) -> None:
    os._exit(3)


def tell(report: Report = silent) -> None:
    while True:
        report(Progress(0.1, "On"))
        time.sleep(0.01)


def test_it_runs_elsewhere_without_the_apps_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_ADMIN_TOKEN", "secret" * 4)
    seen: list[Progress] = []
    answer = limited.run(double, 21, report=lambda progress: not seen.append(progress))
    assert answer["double"] == 42
    assert answer["token"] is None
    assert answer["pid"] != os.getpid()
    assert [progress.message for progress in seen] == ["Half"]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (fill, "That file needs more than the 1 GB of memory"),
        (die, "That file could not be read: its process was ended"),
    ],
)
def test_what_goes_wrong_is_a_sentence(function: Callable[..., None], sentence: str) -> None:
    with pytest.raises(ExplorerError, match=sentence):
        limited.run(function, limits=Limits(memory=1_000_000_000), what="That file")


def test_time_and_files_are_limited(tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match="takes more than 0 s"):
        limited.run(spin, limits=Limits(seconds=0.1))
    with pytest.raises(ExplorerError, match="allowed on the disk"):
        limited.run(write, str(tmp_path / "file"), limits=Limits(file=1000))
    assert (tmp_path / "file").stat().st_size <= 1000


def _answered(function: object) -> object:
    name = function.__name__  # type: ignore[attr-defined]
    answer = limited._answer_of(pickle.dumps((__name__, name, ())), silent)
    return limited._result(answer, True, Limits(), "It")


def test_a_defect_of_ours_is_no_sentence_for_users() -> None:
    with pytest.raises(ExplorerError, match="This is refused"):
        _answered(refuse)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a defect"):
        _answered(break_down)


def test_it_is_ended_when_it_is_to_stop() -> None:
    with pytest.raises(ExplorerError, match="Stopped"):
        limited.run(tell, report=lambda progress: False)
