"""The whole app behind a path, as a proxy serves it."""

import urllib.request
from pathlib import Path

import pytest

from benchmarks.pages import served
from explorer import checkpoints
from explorer.ui.components import typescript
from explorer.ui.server import files

DIST = typescript.FOLDER.parents[1] / "dist"


@pytest.mark.slow
def test_files_and_front_end_are_found_behind_a_path(tmp_path: Path) -> None:
    labels = files.address(checkpoints.get("digits-vae-z2"), "labels")
    (script,) = DIST.glob("index-*.js")
    # The front end finds the files from its own address, three folders up (src/shared/files.ts).
    front_end = f"_stcore/bidi-components/explorer.frontend/{script.name}"
    with served(
        "app.py", STREAMLIT_SERVER_BASE_URL_PATH="class/one", EXPLORER_JOBS=str(tmp_path)
    ) as address:
        assert address.endswith("/class/one")
        for path in (labels, front_end):
            with urllib.request.urlopen(f"{address}/{path}") as answer:
                assert answer.status == 200
                content = answer.read()
    assert content == script.read_bytes()
