"""Layers that somebody defined in Python: their file is run, so it must be allowed.

See `explorer.core.access.check_code_allowed`.
"""

import importlib.util
from pathlib import Path
from typing import Any

import keras

from explorer.core.errors import ExplorerError


def classes(path: Path, name: str) -> dict[str, Any]:
    """Run a Python file; return the layers of Keras that it defines, by their names.

    Args:
        path: Of the file.
        name: What its owner calls it.

    Raises:
        ExplorerError: If it fails.
    """
    spec = importlib.util.spec_from_file_location("explorer_brought", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # whatever the code of somebody else raises
        raise ExplorerError(
            f"{name} fails when it is run: {type(error).__name__}: {str(error)[:200]}."
        ) from error
    return {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, keras.layers.Layer)
        and value.__module__ == "explorer_brought"
    }
