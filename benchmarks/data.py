"""Data that a measurement cannot do without."""

from explorer import datasets
from explorer.core.errors import ExplorerError


def need(dataset: str) -> None:
    """End the program with a sentence if a data set's training images are not on this machine."""
    try:
        datasets.check_here(dataset)
    except ExplorerError as error:
        raise SystemExit(f"Not measured: {error}") from None
