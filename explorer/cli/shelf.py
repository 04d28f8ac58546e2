"""`rename` and `delete`: checkpoints as a whole."""

import argparse
from typing import Any

from explorer import checkpoints
from explorer.core import trash
from explorer.core.errors import ExplorerError


def add(commands: Any) -> None:
    """Add the commands to the parser's."""
    rename = commands.add_parser("rename", help="give a checkpoint another name")
    rename.add_argument("name")
    rename.add_argument("new")
    rename.set_defaults(run=_rename)
    delete = commands.add_parser("delete", help="delete a checkpoint; for a day --undo undoes it")
    delete.add_argument("name")
    delete.add_argument("--undo", action="store_true", help="bring it back as it was")
    delete.set_defaults(run=_delete)


def _rename(options: argparse.Namespace) -> None:
    from explorer.runs import shelf

    shelf.rename(options.name, options.new)
    print(checkpoints.get(options.new).path)


def _delete(options: argparse.Namespace) -> None:
    from explorer.runs import shelf

    if not options.undo:
        shelf.delete(options.name)
        print(f"Deleted. For a day 'python -m explorer delete {options.name} --undo' undoes it.")
        return
    deleted = trash.listing(checkpoints.root())
    found = next((item for item in deleted if item.name == options.name), None)
    if found is None:
        raise ExplorerError(f"No checkpoint {options.name!r} was deleted during the last day.")
    print(shelf.restore(found))
