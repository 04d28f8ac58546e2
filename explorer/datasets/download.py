"""`python -m explorer.datasets.download NAME FILE`: fetch a data set through Keras into an .npz.

Runs in a process of its own, so that the caller does not import Keras.
"""

import importlib
import sys
from pathlib import Path

from explorer.core import storage


def main(name: str, file: str) -> None:
    """Fetch the data set `keras.datasets.<name>` and write it to `file`."""
    dataset = importlib.import_module(f"keras.datasets.{name}")
    (x_train, y_train), (x_test, y_test) = dataset.load_data()
    storage.write_npz(
        Path(file),
        x_train=x_train,
        y_train=y_train.reshape(-1),
        x_test=x_test,
        y_test=y_test.reshape(-1),
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"Download failed: {error}")
