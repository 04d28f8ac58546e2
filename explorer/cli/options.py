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
        same = {(each.kind, each.many, tuple(each.choices or ())) for _, each in used}
        assert len(same) == 1, f"{name} is not the same kind of option for all methods"
        about = " / ".join(dict.fromkeys(f"{each.title}: {each.help}" for _, each in used))
        of = "" if len(used) == len(methods) else f" ({', '.join(method for method, _ in used)})"
        parser.add_argument(
            "--" + name.replace("_", "-"),
            dest=name,
            type=first.kind,
            nargs="+" if first.many else None,
            choices=list(filter(None, first.choices)) if first.choices else None,
            default=argparse.SUPPRESS,
            help=f"{about}{_defaults(used)}{of}".replace("%", "%%"),
        )


def given(options: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Return those of the named options that were given."""
    return {name: getattr(options, name) for name in names if hasattr(options, name)}


def _defaults(used: list[tuple[str, Parameter]]) -> str:
    """Tell the default, or, where the methods differ, that of each; nothing if there is none."""
    defaults = {name: _default(parameter) for name, parameter in used}
    different = set(defaults.values())
    if different == {""}:
        return ""
    if len(different) == 1:
        return f" Default {different.pop()}."
    return f" Default {', '.join(f'{value} for {name}' for name, value in defaults.items())}."


def _default(parameter: Parameter) -> str:
    if not parameter.default:
        return "0" if parameter.default == 0 else ""
    return f"{parameter.default:g}" if parameter.kind is float else str(parameter.default)
