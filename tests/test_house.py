"""The rules of the house: who may import whom, and what the web process never loads."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "explorer"
SOURCES = sorted(
    path
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    if "node_modules" not in path.parts
)

# Down the route of the data: a room imports from the rooms above its own, and from itself.
ROUTE = (
    "core",
    "datasets models latent jobs",
    "checkpoints projection",
    "clustering",
    "runs",
    "training figures",
    "reproduce lessons",
    "ui",
    "cli",
    "pages",
)

# Where a library may be imported: in these rooms or files, and nowhere else.
LIBRARIES = {
    "streamlit": "pages ui",
    "plotly": "figures",
    "keras": "models training checkpoints/export.py datasets/download.py "
    "checkpoints/keras_import/build.py checkpoints/keras_import/code.py",
    "tensorflow": "training checkpoints/keras_import/saved_model.py",
    "distributed": "jobs",
    "starlette": "pages/app.py ui/server",
    "umap": "projection",
}

READABLE = 400  # lines that a person reads in one sitting

TRACKED = [
    ROOT / file
    for file in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if (ROOT / file).is_file()
]
WRITTEN = [path for path in TRACKED if path.suffix in {".py", ".ts", ".mjs", ".css"}]

FLOORS = {room: floor for floor, rooms in enumerate(ROUTE) for room in rooms.split()}


def _name(path: Path) -> str:
    """Name a file as its importers do."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _place(path: Path) -> str:
    """Return where a file lies in the house, as in `LIBRARIES`; the app itself is in "pages"."""
    if PACKAGE not in path.parents:
        return f"pages/{path.name}"
    if path.parent == PACKAGE:
        return f"{'core' if path.stem == '__init__' else 'cli'}/{path.name}"
    return path.relative_to(PACKAGE).as_posix()


MODULES = {_name(path): path for path in SOURCES}


@cache
def _imports(path: Path) -> frozenset[str]:
    """Names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from room import module` means the module, `from room import name` the room's face.
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = whole & MODULES.keys()
            names |= modules | ({node.module} if len(modules) < len(whole) else set())
    return frozenset(names)


@pytest.mark.parametrize(("library", "allowed"), LIBRARIES.items(), ids=LIBRARIES)
def test_libraries_are_imported_only_where_they_belong(library: str, allowed: str) -> None:
    importers = [
        _place(path)
        for path in SOURCES
        if library in {name.split(".")[0] for name in _imports(path)}
    ]
    assert importers
    assert [place for place in importers if not place.startswith(tuple(allowed.split()))] == []


@pytest.mark.parametrize("path", SOURCES, ids=_place)
def test_arrows_run_down_the_route(path: Path) -> None:
    own = _place(path).split("/")[0]
    rooms = {_place(MODULES[name]).split("/")[0] for name in _imports(path) & MODULES.keys()}
    wrong = {room for room in rooms - {own} if FLOORS[room] >= FLOORS[own]}
    assert wrong == set()


def test_no_module_imports_itself_in_a_circle() -> None:
    arrows = {name: _imports(path) & MODULES.keys() for name, path in MODULES.items()}
    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= READABLE


LIGHT = [
    "models.spec",
    "checkpoints.export",
    "projection",
    "clustering.metrics",
    "clustering.majority_vote",
    "clustering.sweep",
    "checkpoints",
    "jobs",
    "latent.geometry",
    "latent.neighbors",
    "runs.projections",
    "training.spec",
    "training.presets",
    "training.queue",
    "training.beta_grid",
]


def test_what_is_light_loads_neither_streamlit_nor_tensorflow() -> None:
    code = "import sys, importlib\n" + "".join(
        f"importlib.import_module('explorer.{module}'); print('{module}', *sys.modules)\n"
        for module in LIGHT
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for line in out.stdout.splitlines():
        module, *loaded = line.split()
        heavy = {"streamlit", "tensorflow", "keras", "umap", "plotly"}.intersection(loaded)
        assert not heavy, module


@pytest.mark.slow
def test_the_first_page_waits_for_no_library_that_it_does_not_need() -> None:
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(PACKAGE / 'ui' / 'main.py')!r}, default_timeout=60).run()\n"
        "assert not app.exception and not app.error\n"
        "print(*sys.modules)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    heavy = {"pandas", "pyarrow", "sklearn", "scipy", "distributed", "tensorflow", "keras", "umap"}
    assert heavy & loaded == set()


@pytest.mark.slow
def test_the_training_command_needs_neither_streamlit_nor_dask() -> None:
    code = (
        "import sys\n"
        "for name in ('streamlit', 'dask', 'distributed', 'plotly'): sys.modules[name] = None\n"
        "import explorer.cli.main, explorer.training.spec\n"
        "explorer.cli.main._parser()\n"
        "import explorer.training.fit\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_no_registry_host_is_named() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "debian" + ".org")
    for path in TRACKED:
        if path.suffix in {".txt", ".toml", ".json", ".md", ".mjs", ".py", ".ts", ""}:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not any(host in text for host in hosts), path
