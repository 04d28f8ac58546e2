"""UMAP: its seed, and what it loads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer import projection
from explorer.projection import (
    project,
)
from tests.projection.specs import small


@pytest.mark.slow
def test_another_seed_gives_another_umap(blobs):
    x, _ = blobs
    first = project(x, small("umap")).embedding
    assert not np.array_equal(first, project(x, small("umap", seed=1)).embedding)


def run_python(code: str) -> str:
    root = Path(projection.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    return done.stdout.strip()


def test_importing_the_module_loads_no_heavy_library():
    heavy = "{'umap', 'pacmap', 'numba', 'openTSNE', 'sklearn', 'scipy', 'tensorflow', 'streamlit'}"
    code = f"import sys, explorer.projection; print({heavy} & sys.modules.keys())"
    assert run_python(code) == "set()"


@pytest.mark.slow
def test_umap_leaves_tensorflow_out_and_importable():
    code = """
import importlib.util
import sys
from explorer.projection.umap import import_umap
import_umap()
assert "umap" in sys.modules
assert not {"tensorflow", "keras", "torch", "umap.parametric_umap"} & sys.modules.keys()
print(importlib.util.find_spec("tensorflow") is not None)
"""
    assert run_python(code) == "True"
