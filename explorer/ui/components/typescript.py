"""Write the contract as TypeScript: `python -m explorer.ui.components.typescript`."""

import inspect
import re
import textwrap
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from explorer.ui.components import (
    contract,
    contract_grid,
    contract_marks,
    contract_pad,
    contract_save,
    contract_site,
    contract_story,
)

FOLDER = Path(__file__).parents[1] / "frontend" / "src" / "shared"
# Each is a file of its own there; `contract` gives the names of all to others.
_PARTS = (contract_grid, contract_marks, contract_pad, contract_save, contract_story)
_USERS = (contract_site,)  # made of what `contract` names

_HEAD = "// Written by `python -m explorer.ui.components.typescript` from {}.py.\n"
_WIDTH = 100
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def sources() -> dict[Path, str]:
    """Return the files and their contents, formatted as the front end's formatter does."""
    return {FOLDER / f"{_stem(part)}.ts": _source(part) for part in (*_PARTS, contract, *_USERS)}


def _source(part: ModuleType) -> str:
    own = {
        name: value
        for name, value in vars(part).items()
        if (is_typeddict(value) and value.__module__ == part.__name__)
        or get_origin(value) in (Literal, Union, UnionType)
    }
    return "\n".join(
        [_HEAD.format(_stem(part))]
        + ([_imports()] if part is contract else [])
        + ([_used(part)] if part in _USERS else [])
        + [
            _interface(value) if is_typeddict(value) else _alias(name, value)
            for name, value in own.items()
        ]
    )


def _imports() -> str:
    """Return the lines that take the parts' definitions, and those that give them on."""
    names = {
        _stem(part): sorted(
            name
            for name, value in vars(part).items()
            if is_typeddict(value) and value.__module__ == part.__name__
        )
        for part in _PARTS
    }
    taken = [_braced("import", some, f' from "./{stem}"') for stem, some in names.items()]
    given = _braced("export", sorted(name for some in names.values() for name in some), "")
    return "\n".join([*taken, "", given, ""])


def _used(part: ModuleType) -> str:
    """Return the lines that take what a part is made of from `contract`."""
    others = [name for name, value in vars(part).items() if is_typeddict(value)]
    taken = sorted(name for name in others if vars(part)[name].__module__ != part.__name__)
    return _braced("import", taken, ' from "./contract"') + "\n"


def _braced(verb: str, names: list[str], end: str) -> str:
    line = f"{verb} type {{ {', '.join(names)} }}{end};"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{verb} type {{", *(f"  {name}," for name in names), f"}}{end};"])


def _stem(part: ModuleType) -> str:
    return part.__name__.rpartition(".")[2]


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
    for file, content in sources().items():
        file.write_text(content, encoding="utf-8")
