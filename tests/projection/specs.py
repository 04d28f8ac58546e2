"""Specs for tests."""

import pytest

from explorer.core.params import parameters
from explorer.projection import (
    METHODS,
    ProjectionSpec,
)

# What is computed as a job.
SLOW = [name for name, method in METHODS.items() if not method.quick]


# What Numba compiles at the first use in a process, which takes seconds.
COMPILED = ("umap", "pacmap")


def each(names: list[str]) -> list[object]:
    """Names of methods to try, those that are compiled marked as slow."""
    return [pytest.param(n, marks=pytest.mark.slow) if n in COMPILED else n for n in names]


def spec_of(method: str, n_components: int = 2, **options) -> ProjectionSpec:
    return ProjectionSpec.of({"method": method, "n_components": n_components, **options})


def small(method: str, n_components: int = 2, **options) -> ProjectionSpec:
    """A spec for few points."""
    few = {"perplexity": 10, "n_neighbors": 8}
    known = {parameter.name for parameter in parameters(METHODS[method])}
    fitting = {name: value for name, value in few.items() if name in known}
    return spec_of(method, n_components, **fitting | options)
