"""Declared parameters: what is allowed, what is refused, and what others read of them."""

import math
from dataclasses import dataclass
from typing import Any

import pytest

from explorer.core.errors import ExplorerError
from explorer.core.params import Parameters, choice, number, parameters, seed, whole, wholes


@dataclass(frozen=True)
class Method(Parameters):
    k: int = whole(10, 1, 100, "Clusters", "How many.", slider=(2, 30, 1))
    tol: float = number(1e-4, 0, 1, "Tolerance", "When to stop.")
    metric: str = choice("l2", {"l1": "Manhattan", "l2": "Euclidean"}, "Distance", "How far.")
    seed: int = seed()


def test_values_within_their_bounds_are_taken() -> None:
    assert Method(k=100, tol=1, metric="l1", seed=2**32 - 1) == Method(100, 1.0, "l1", 2**32 - 1)


def test_a_whole_number_stands_for_the_same_number() -> None:
    assert isinstance(Method(tol=1).tol, float)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("k", value) for value in (0, 101, 2.0, "3", True, None, math.nan, 10**400)],
        *[("tol", value) for value in (-0.1, 1.1, math.nan, math.inf, "0", True, None)],
        *[("metric", value) for value in ("cosine", "", None, 3, ["l1"])],
        *[("seed", value) for value in (-1, 2**32)],
    ],
)
def test_other_values_are_refused_with_their_name(name: str, value: Any) -> None:
    with pytest.raises(ExplorerError, match=f"^{name} must be .*Received: "):
        Method(**{name: value})


def test_what_is_declared_can_be_read() -> None:
    k, tol, metric, drawn = parameters(Method)
    assert (k.name, k.title, k.default, k.kind) == ("k", "Clusters", 10, int)
    assert (k.low, k.high, k.slider) == (1, 100, (2, 30, 1))
    assert (tol.kind, tol.slider) == (float, None)
    assert metric.choices == {"l1": "Manhattan", "l2": "Euclidean"}
    assert drawn.name == "seed"


def test_some_values_by_name() -> None:
    assert Method.of({"k": 3}) == Method(k=3)


def test_an_unknown_name_is_refused_and_the_known_ones_told() -> None:
    with pytest.raises(ExplorerError, match="no parameter 'n'; it has k, tol, metric, seed"):
        Method.of({"n": 3})


@dataclass(frozen=True)
class Other(Parameters):
    n: int = whole(None, 1, math.inf, "Number", "It must be given.")
    weight: float = number(1, 0, math.inf, "Weight", "Any.")
    kind: str = choice("", {"": "as usual", "a": "A"}, "Kind", "Of the weight.")


def test_a_parameter_without_a_default_must_be_given() -> None:
    assert [parameter.default for parameter in parameters(Other)] == [None, 1.0, ""]
    with pytest.raises(TypeError, match="n"):
        Other()  # type: ignore[call-arg]
    assert Other(10**12, weight=1e30).kind == ""


@pytest.mark.parametrize("value", [math.inf, math.nan, -1.0])
def test_a_number_without_a_limit_is_finite(value: float) -> None:
    with pytest.raises(ExplorerError, match="weight must be a number of 0 or more"):
        Other(1, weight=value)


@dataclass(frozen=True)
class Axes(Parameters):
    axes: tuple[int, ...] = wholes(0, 9, "Axis", "Which.")


def test_different_numbers_are_a_tuple() -> None:
    assert Axes.of({"axes": [2, 0]}) == Axes((2, 0))
    assert Axes().axes == ()


@pytest.mark.parametrize("value", [(0, 0), (-1, 0), (1.5,), 3, "12", None, (True, 2)])
def test_equal_or_other_numbers_are_refused(value: Any) -> None:
    with pytest.raises(ExplorerError, match=r"^axes must be different whole numbers.*Received: "):
        Axes(value)
