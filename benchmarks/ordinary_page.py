"""The ordinary app: its page imports what it will need some time, and draws one Plotly figure."""

import runpy
from pathlib import Path

import tensorflow  # type: ignore[import-untyped]  # noqa: F401
import umap  # noqa: F401

runpy.run_path(str(Path(__file__).with_name("bare_page.py")))
