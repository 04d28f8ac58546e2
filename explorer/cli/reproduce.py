"""`python -m explorer reproduce`: the sources' figures, and ours beside them."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.reproduce.measure import SOURCES, Measured, keep, measure

_TABLE = (
    "| figure | data, space | published | here | how | notes | command |",
    "| --- | --- | --- | --- | --- | --- | --- |",
)
_BEGIN, _END = "<!-- reproduce {} -->", "<!-- end of reproduce {} -->"


def add(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "reproduce",
        help="measure the sources' published figures",
        description="Measure the figures that the sources published, and print ours beside them. "
        "What is absent is trained in the folder of checkpoints (EXPLORER_CHECKPOINTS, else "
        "checkpoints/), and goes on where it was interrupted; what is done is kept there.",
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help=f"{', '.join(SOURCES)}, or all"
    )
    parser.add_argument(
        "--seeds", type=int, default=1, help="how many seeds of the clusterings (default 1)"
    )
    parser.add_argument(
        *("--write", "-w"),
        metavar="FILE",
        type=Path,
        help="put the tables into this Markdown file, pictures into figures/ beside it, and keep "
        "the figures for the Cluster page",
    )
    parser.add_argument(
        "--no-training", action="store_true", help="leave out what would have to be trained"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_reproduce)


def _reproduce(options: argparse.Namespace) -> None:
    sources = SOURCES if "all" in options.sources else tuple(dict.fromkeys(options.sources))
    if options.seeds < 1:
        raise ExplorerError(f"--seeds must be 1 or more. Received: {options.seeds}.")
    found: list[Measured] = []
    with Bar() as bar:
        for each in measure(sources, tuple(range(options.seeds)), bar, not options.no_training):
            found.append(each)
            if not options.json:
                print(_line(each))
    if options.write is not None:
        _write(options.write, sources, found, options.seeds)
        keep(found)
        _draw(options.write.parent / "figures", sources)
    if options.json:
        print(json.dumps([each.to_dict() for each in found], indent=2))


def _draw(folder: Path, sources: tuple[str, ...]) -> None:
    """Draw the pictures of sources; say which cannot be."""
    from explorer.reproduce import pictures

    for source in sources:
        try:
            pictures.draw(source, folder)
        except ExplorerError as error:
            print(f"The pictures of {source} are missing: {error}", file=sys.stderr)


def _line(each: Measured) -> str:
    figure = each.figure
    verdict = {True: "beaten", False: "falls short", None: ""}[each.beaten]
    how = f"; {figure.protocol}" if figure.protocol else ""
    why = "" if each.beaten else each.to_dict()["why"]
    return (
        f"{figure.source:4}{figure.figure} ({figure.data}, {figure.space}{how}): published "
        f"{_number(figure.published)}, here {_ours(each)} {verdict}"
        + (f"\n      {why}" if why else "")
    )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"


def _ours(each: Measured) -> str:
    if each.ours is None:
        return "not measured"
    return _number(each.ours) + ("" if each.spread is None else f" ± {each.spread:.2g}")


def _write(file: Path, sources: tuple[str, ...], found: list[Measured], seeds: int) -> None:
    """Put a table for each source where the file has it, else at its end."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for source in sources:
        begin, end = _BEGIN.format(source), _END.format(source)
        rows = [each for each in found if each.figure.source == source]
        head = f"`python -m explorer reproduce {source} --seeds {seeds}`:"
        block = "\n".join([begin, head, "", *_table(rows), end])
        if begin in text and end in text:
            before, rest = text.split(begin, 1)
            text = before + block + rest.split(end, 1)[1]
        else:
            text = f"{text.rstrip()}\n\n{block}\n".lstrip()
    file.write_text(text, encoding="utf-8")


def _table(rows: list[Measured]) -> list[str]:
    """Return the lines of a table, and below it its notes, once each, by their numbers."""
    numbers: dict[str, int] = {}
    lines = list(_TABLE)
    for each in rows:
        said = sorted(numbers.setdefault(note, len(numbers) + 1) for note in _notes(each))
        lines.append(_row(each, ", ".join(map(str, said)) or "–"))
    if numbers:
        lines += ["", *(f"{number}. {note}" for note, number in numbers.items())]
    return lines


def _row(each: Measured, notes: str) -> str:
    figure = each.figure
    verdict = {True: "", False: ": **falls short**", None: ""}[each.beaten]
    place = f"{figure.data}, {figure.space}"
    command = f"`{figure.how.command()}`"
    columns = [figure.figure, place, _number(figure.published), _ours(each) + verdict]
    return f"| {' | '.join([*columns, figure.protocol or '–', notes, command])} |"


def _notes(each: Measured) -> list[str]:
    """Return why a row is what it is, what chose it, and what trains for it."""
    told = each.to_dict()
    notes = [told["why"]] if told["why"] and not each.beaten else []
    if told["chosen"]:
        notes.append(f"Chosen without labels, by: {told['chosen']}")
    if told["trained by"]:
        notes.append(f"Trained by `{told['trained by']}`")
    return notes
