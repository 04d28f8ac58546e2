"""Write the contract as TypeScript: `python -m explorer.ui.components.typescript`."""

import inspect
import re
import textwrap
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from explorer.ui.components import contract

FILE = Path(__file__).parents[1] / "frontend" / "src" / "shared" / "contract.ts"

_HEAD = "// Written by `python -m explorer.ui.components.typescript` from contract.py.\n"
_WIDTH = 100
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def source() -> str:
    """Return the contents of contract.ts, formatted as the front end's formatter does."""
    own = {
        name: value
        for name, value in vars(contract).items()
        if is_typeddict(value) or get_origin(value) in (Literal, Union, UnionType)
    }
    return "\n".join(
        [_HEAD]
        + [
            _interface(value) if is_typeddict(value) else _alias(name, value)
            for name, value in own.items()
        ]
    )


def _interface(definition: type) -> str:
    summary, fields = _described(inspect.getdoc(definition) or "")
    lines = [*_comment(summary, ""), f"export interface {definition.__name__} {{"]
    for name, hint in get_type_hints(definition).items():
        lines += [*_comment(fields.get(name, ""), "  "), f"  {name}: {_type(hint)};"]
    return "\n".join([*lines, "}", ""])


def _alias(name: str, value: Any) -> str:
    members = _members(value)
    line = f"export type {name} = {' | '.join(members)};"
    if len(line) <= _WIDTH:
        return f"{line}\n"
    return f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members) + ";\n"


def _described(doc: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into its text and what it says of each attribute."""
    summary, _, attributes = doc.partition("\n\nAttributes:\n")
    entries = re.split(r"^(\w+): ", textwrap.dedent(attributes), flags=re.MULTILINE)[1:]
    texts = [" ".join(text.split()) for text in entries[1::2]]
    return " ".join(summary.split()), dict(zip(entries[::2], texts, strict=True))


def _comment(text: str, indent: str) -> list[str]:
    if not text:
        return []
    if len(line := f"{indent}/** {text} */") <= _WIDTH:
        return [line]
    wrapped = textwrap.wrap(text, _WIDTH - len(indent) - 3)
    return [f"{indent}/**", *(f"{indent} * {line}" for line in wrapped), f"{indent} */"]


def _type(hint: Any) -> str:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_typeddict(hint):
        return str(hint.__name__)
    if hint == contract.TileRole:
        return "TileRole"
    if get_origin(hint) is list:
        inner = _type(get_args(hint)[0])
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if get_origin(hint) is dict:
        return f"Record<{', '.join(map(_type, get_args(hint)))}>"
    if get_origin(hint) is tuple:
        return f"[{', '.join(map(_type, get_args(hint)))}]"
    return " | ".join(_members(hint))


def _members(union: Any) -> list[str]:
    if get_origin(union) is Literal:
        return [f'"{value}"' for value in get_args(union)]
    if get_origin(union) in (Union, UnionType):
        return [_type(member) for member in get_args(union)]
    raise TypeError(f"There is no TypeScript for {union}.")


if __name__ == "__main__":
    FILE.write_text(source(), encoding="utf-8")
