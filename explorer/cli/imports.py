"""`import`: bring a checkpoint, a model or data, as files of this machine."""

from typing import Any

from explorer.cli import import_checkpoint, import_data, import_model


def add(commands: Any) -> None:
    """Add the command; each kind of thing has a subcommand, which adds itself in its own file."""
    parser = commands.add_parser("import", help="bring a checkpoint, a model or data")
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    import_checkpoint.add(kinds)
    import_model.add(kinds)
    import_data.add(kinds)
