"""Results of functions kept in memory: computed once for all threads, the oldest dropped first."""

import inspect
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import update_wrapper
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakSet

P = ParamSpec("P")
R = TypeVar("R")

_ABSENT = object()
_ALL: "WeakSet[Kept[..., Any]]" = WeakSet()


class Kept(Generic[P, R]):
    """A function whose last results are kept.

    Looking up costs about a microsecond: a page asks a hundred times. What is returned is shared by
    all callers and not to be written to. An error is not kept. Arguments are given by position;
    those whose names begin with an underscore do not tell results apart.
    """

    def __init__(self, function: Callable[P, R], entries: int) -> None:
        names = inspect.signature(function).parameters
        self._telling = [i for i, name in enumerate(names) if not name.startswith("_")]
        self._function = function
        self._entries = entries
        self._results: OrderedDict[Hashable, R] = OrderedDict()
        self._computing: dict[Hashable, Lock] = {}
        self._lock = Lock()
        update_wrapper(self, function)
        _ALL.add(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the result of these arguments, computed unless it is kept."""
        key = tuple(args[i] for i in self._telling)
        found: R = self._look_up(key)
        if found is not _ABSENT:
            return found
        with self._lock:
            computing = self._computing.setdefault(key, Lock())
        with computing:  # the others wait for the first one
            found = self._look_up(key)
            if found is not _ABSENT:
                return found
            try:
                result = self._function(*args, **kwargs)
                with self._lock:
                    self._results[key] = result
                    while len(self._results) > self._entries:
                        self._results.popitem(last=False)
            finally:
                with self._lock:
                    self._computing.pop(key, None)
            return result

    def _look_up(self, key: Hashable) -> Any:
        with self._lock:
            found = self._results.get(key, _ABSENT)
            if found is not _ABSENT:
                self._results.move_to_end(key)
            return found

    def forget(self, *args: Any) -> None:
        """Forget the result of these arguments; without arguments all results."""
        with self._lock:
            if args:
                self._results.pop(tuple(args[i] for i in self._telling), None)
            else:
                self._results.clear()


def keep(entries: int) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """Decorate a function so that its last results, so many, are kept."""

    def decorate(function: Callable[P, R]) -> Kept[P, R]:
        return Kept(function, entries)

    return decorate


def clear() -> None:
    """Forget all results of all functions: for tests, in which one name stands for many files."""
    for kept in list(_ALL):
        kept.forget()
