"""Results that are kept: computed once, never an error, never more than so many."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from explorer.core import memory


def test_a_result_is_computed_once_and_the_oldest_is_dropped() -> None:
    asked = []

    @memory.keep(2)
    def double(number: int, _beside: object) -> int:
        asked.append(number)
        return 2 * number

    assert [double(number, object()) for number in (1, 2, 1, 3, 1, 2)] == [2, 4, 2, 6, 2, 4]
    assert asked == [1, 2, 3, 2]
    double.forget(1, None)
    double(1, None)
    assert asked == [1, 2, 3, 2, 1]
    memory.clear()
    double(1, None)
    assert asked == [1, 2, 3, 2, 1, 1]


def test_threads_that_ask_at_once_share_one_computation() -> None:
    asked = []
    together = Barrier(8)

    @memory.keep(2)
    def answer(question: str) -> object:
        asked.append(question)
        return object()

    def ask(_: int) -> object:
        together.wait(10)
        return answer("?")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, range(8)))) == 1
    assert asked == ["?"]


def test_an_error_is_not_kept() -> None:
    answers = iter([ValueError("not yet"), "there"])

    @memory.keep(2)
    def find() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="not yet"):
        find()
    assert find() == find() == "there"
