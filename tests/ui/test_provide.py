"""What pages ask for: from memory, from the folder, at once, or by a job."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from explorer.core import memory
from explorer.core.progress import Report, silent
from explorer.runs.request import Request
from explorer.ui.shared import job_status, provide


@dataclass(frozen=True)
class Doubled(Request[list[int]]):
    """Twice a number, kept in a list; at most 9 is quick."""

    spec: int
    kept: list[list[int]] = field(default_factory=list, compare=False)
    looks: list[int] = field(default_factory=list, compare=False)

    @property
    def key(self) -> str:
        return f"doubled-{self.spec}"

    def find(self) -> list[int] | None:
        self.looks.append(1)
        return self.kept[0] if self.kept else None

    def compute(self, report: Report = silent) -> list[int]:
        return [2 * self.spec]

    def keep(self, result: list[int]) -> None:
        self.kept.append(result)

    def is_quick(self) -> bool:
        return self.spec < 10

    def summary(self, result: list[int]) -> dict[str, Any]:
        return {"doubled": result}


@pytest.fixture(autouse=True)
def _empty(checkpoint_folder: Path) -> Iterator[None]:
    (checkpoint_folder / "mine").mkdir()
    (checkpoint_folder / "mine" / "config.json").write_text("{}")
    yield
    memory.clear()


def test_what_is_in_the_folder_is_read_once() -> None:
    request = Doubled("mine", 40, kept=[[80]])
    assert provide.find(request) is provide.find(request)
    assert len(request.looks) == 1


def test_what_is_absent_is_looked_for_again() -> None:
    request = Doubled("mine", 41)
    assert provide.find(request) is None
    request.keep([82])
    assert provide.find(request) == [82]


def test_what_is_quick_is_computed_and_kept() -> None:
    request = Doubled("mine", 4)
    assert provide.find(request) is None
    assert provide.at_once(request) == [8]
    assert request.kept == [[8]]
    assert provide.at_once(Doubled("mine", 42)) is None


def test_a_checkpoint_that_is_trained_anew_has_other_results(checkpoint_folder: Path) -> None:
    request = Doubled("mine", 43, kept=[[86]])
    first = provide.find(request)
    request.kept[0] = [87]
    assert provide.find(request) is first
    config = checkpoint_folder / "mine" / "config.json"
    config.unlink()
    config.write_text("{ }")
    assert provide.find(request) == [87]


def test_what_takes_long_is_a_job_that_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[tuple[Any, ...]] = []
    monkeypatch.setattr(job_status, "watch", lambda *args: watched.append(args))
    monkeypatch.setattr(job_status, "on_demand", lambda *args: watched.append(args))
    request = Doubled("mine", 44)
    assert provide.provide(request, "here") is None
    assert provide.on_demand(request, "Double it") is None
    assert [job[0] for job in watched] == ["mine/doubled-44"] * 2
    assert provide.provide(Doubled("mine", 5), "here") == [10]
    assert len(watched) == 2
