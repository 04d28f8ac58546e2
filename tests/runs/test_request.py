"""Requests: found, else computed and kept, in one way for all kinds."""

import pickle
from dataclasses import dataclass, field
from typing import Any

from explorer.core.progress import Progress, Report, silent
from explorer.runs import request
from explorer.runs.request import Request

_KEPT: dict[str, int] = {}


@dataclass(frozen=True)
class Square(Request[int]):
    """The square of a number; a negative one is stopped half-way."""

    spec: dict[str, int]
    calls: list[int] = field(default_factory=list, compare=False)

    def asked(self) -> dict[str, int]:
        return self.spec

    @property
    def key(self) -> str:
        return f"square-{self.spec['n']}"

    def find(self) -> int | None:
        return _KEPT.get(self.job_name)

    def compute(self, report: Report = silent) -> int:
        self.calls.append(1)
        report(Progress(1.0, "squared"))
        return self.spec["n"] ** 2

    def keep(self, result: int) -> None:
        _KEPT[self.job_name] = result

    def is_whole(self, result: int) -> bool:
        return self.spec["n"] >= 0

    def summary(self, result: int) -> dict[str, Any]:
        return {"square": result}


def test_what_was_computed_is_kept_and_found_again() -> None:
    _KEPT.clear()
    asked = Square("mine", {"n": 3})
    assert asked.find() is None
    assert [asked.get(), asked.get(), asked.at_once()] == [9, 9, 9]
    assert len(asked.calls) == 1
    assert _KEPT == {"mine/square-3": 9}


def test_what_was_stopped_is_not_kept() -> None:
    _KEPT.clear()
    asked = Square("mine", {"n": -2})
    assert asked.get() == 4
    assert asked.find() is None


def test_a_job_takes_the_request_and_answers_in_plain_data() -> None:
    _KEPT.clear()
    told: list[Progress] = []
    sent = pickle.loads(pickle.dumps(Square("mine", {"n": 4})))
    assert request.run(sent, lambda p: told.append(p) is None) == {"square": 16}
    assert [progress.fraction for progress in told] == [1.0]
