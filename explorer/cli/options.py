"""Declared parameters as options of the command line."""

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.core.params import Parameter, parameters


def add(parser: argparse.ArgumentParser, methods: Mapping[str, type[Any]]) -> None:
    """Add an option for every parameter of some methods, once for those of several.

    What is not given is absent from the parsed options, so that each method keeps its default.

    Args:
        parser: Takes the options.
        methods: Dataclasses with declared parameters, by name.
    """
    users: dict[str, list[tuple[str, Parameter]]] = {}
    for name, method in methods.items():
        for parameter in parameters(method):
            users.setdefault(parameter.name, []).append((name, parameter))
    for name, used in users.items():
        first = used[0][1]
        of = "" if len(used) == len(methods) else f" ({', '.join(method for method, _ in used)})"
        parser.add_argument(
            "--" + name.replace("_", "-"),
            dest=name,
            type=first.kind,
            choices=list(first.choices) if first.choices else None,
            default=argparse.SUPPRESS,
            help=f"{first.title}{of}: {first.help} Default {_defaults(used)}.".replace("%", "%%"),
        )


def given(options: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Return those of the named options that were given."""
    return {name: getattr(options, name) for name in names if hasattr(options, name)}


def _defaults(used: list[tuple[str, Parameter]]) -> str:
    """Return the default, or, where the methods differ, that of each."""
    defaults = {
        name: f"{parameter.default:g}" if parameter.kind is float else str(parameter.default)
        for name, parameter in used
    }
    if len(set(defaults.values())) == 1:
        return next(iter(defaults.values()))
    return ", ".join(f"{value} for {name}" for name, value in defaults.items())
