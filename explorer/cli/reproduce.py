"""`python -m explorer reproduce`: the sources' figures, and ours beside them."""

import argparse
import json
from pathlib import Path
from typing import Any

from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.reproduce.measure import SOURCES, Measured, measure

_TABLE = (
    "| figure | data, space | published | here | command |",
    "| --- | --- | --- | --- | --- |",
)
_BEGIN, _END = "<!-- reproduce {} -->", "<!-- end of reproduce {} -->"


def add(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "reproduce",
        help="measure the sources' published figures",
        description="Measure the figures that the sources published, and print ours beside them. "
        "What is absent is trained, and goes on where it was interrupted; what is done is kept.",
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help=f"{', '.join(SOURCES)}, or all"
    )
    parser.add_argument(
        "--seeds", type=int, default=1, help="how many seeds of the clusterings (default 1)"
    )
    parser.add_argument(
        *("--write", "-w"), metavar="FILE", type=Path, help="put the tables into this Markdown file"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_reproduce)


def _reproduce(options: argparse.Namespace) -> None:
    sources = SOURCES if "all" in options.sources else tuple(dict.fromkeys(options.sources))
    if options.seeds < 1:
        raise ExplorerError(f"--seeds must be 1 or more. Received: {options.seeds}.")
    found: list[Measured] = []
    with Bar() as bar:
        for each in measure(sources, tuple(range(options.seeds)), bar):
            found.append(each)
            if not options.json:
                print(_line(each))
    if options.write is not None:
        _write(options.write, sources, found, options.seeds)
    if options.json:
        print(json.dumps([each.to_dict() for each in found], indent=2))


def _line(each: Measured) -> str:
    figure = each.figure
    verdict = {True: "beaten", False: "falls short", None: ""}[each.beaten]
    why = each.to_dict()["why"]
    return (
        f"{figure.source:4}{figure.figure} ({figure.data}, {figure.space}): published "
        f"{figure.published:g}, here {_ours(each)} {verdict}" + (f"\n      {why}" if why else "")
    )


def _ours(each: Measured) -> str:
    if each.ours is None:
        return "not measured"
    return f"{each.ours:.4g}" + ("" if each.spread is None else f" ± {each.spread:.2g}")


def _write(file: Path, sources: tuple[str, ...], found: list[Measured], seeds: int) -> None:
    """Put a table for each source where the file has it, else at its end."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for source in sources:
        begin, end = _BEGIN.format(source), _END.format(source)
        head = f"`python -m explorer reproduce {source} --seeds {seeds}`:"
        rows = [_row(each) for each in found if each.figure.source == source]
        block = "\n".join([begin, head, "", *_TABLE, *rows, end])
        if begin in text and end in text:
            before, rest = text.split(begin, 1)
            text = before + block + rest.split(end, 1)[1]
        else:
            text = f"{text.rstrip()}\n\n{block}\n".lstrip()
    file.write_text(text, encoding="utf-8")


def _row(each: Measured) -> str:
    figure = each.figure
    why = each.to_dict()["why"]
    short = "**falls short**: " if each.beaten is False else ""
    here = _ours(each) + (f" ({short}{why})" if why or short else "")
    place = f"{figure.data}, {figure.space}"
    command = f"`{each.command}`" if each.command else "–"
    return f"| {figure.figure} | {place} | {figure.published:g} | {here} | {command} |"
