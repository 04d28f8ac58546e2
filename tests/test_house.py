"""The rules of the house: who may import whom, and what the web process never loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "explorer"
SOURCES = sorted(
    path
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    if "node_modules" not in path.parts
)

# Down the route of the data: a module imports only from the rows above its own.
ROUTE = [
    {"errors", "progress", "threads"},
    {"access", "backends"},
    {"storage"},
    {"datasets", "download", "models"},
    {"inference", "recipes"},
    {"checkpoints", "frames"},
    {"unfinished", "estimate"},
    {"projection_spec"},
    {"embeddings"},
    {"training", "latent", "projection"},
    {"spaces"},
    {"clustering", "clustering_spec", "estimators", "steps", "confusion", "metrics", "sweeps"},
    {"classifier", "cluster_points"},
    {"cluster_runs", "sweep_runs", "classifier_runs"},
    {"source_tables"},
    {"figures"},
    {"cluster_figures", "training_figures"},
    {"workers"},
    {"dispatcher"},
    {"jobs"},
    {"training_jobs"},
    {"training_sweeps"},
    {"bar", "cluster_commands"},
    {"cli", "__main__"},
    {"ui"},
]


def _imports(path: Path) -> set[str]:
    """Names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("streamlit", ("app.py", "pages/", "explorer/ui/")),
        (
            "plotly",
            (
                "explorer/figures.py",
                "explorer/cluster_figures.py",
                "explorer/training_figures.py",
                "explorer/ui/plot.py",
            ),
        ),
        (
            "keras",
            (
                "explorer/models/",
                "explorer/training.py",
                "explorer/checkpoints.py",
                "explorer/download.py",
            ),
        ),
        ("tensorflow", ("explorer/training.py",)),
        ("distributed", ("explorer/dispatcher.py", "explorer/workers.py")),
        ("umap", ("explorer/embeddings.py",)),
    ],
)
def test_libraries_are_imported_only_where_they_belong(
    library: str, allowed: tuple[str, ...]
) -> None:
    offenders = [
        _relative(path)
        for path in SOURCES
        if any(name.split(".")[0] == library for name in _imports(path))
        and not _relative(path).startswith(allowed)
    ]
    assert offenders == []


def test_the_rule_sees_an_import() -> None:
    assert "streamlit" in _imports(ROOT / "app.py")
    assert any(name.startswith("keras") for name in _imports(PACKAGE / "training.py"))


@pytest.mark.parametrize("path", [p for p in SOURCES if PACKAGE in p.parents], ids=_relative)
def test_arrows_run_down_the_route(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    own = parts[0].removesuffix(".py")
    if own == "__init__":
        return
    (level,) = [i for i, row in enumerate(ROUTE) if own in row]
    below = set().union(*ROUTE[level + 1 :])
    imported = {name.split(".")[1] for name in _imports(path) if name.startswith("explorer.")}
    assert imported & below == set()


LIGHT = [
    "projection",
    "embeddings",
    "clustering",
    "metrics",
    "spaces",
    "jobs",
    "checkpoints",
    "recipes",
    "latent",
    "training_jobs",
    "training_sweeps",
]


@pytest.mark.parametrize("module", LIGHT)
def test_a_module_loads_neither_streamlit_nor_tensorflow(module: str) -> None:
    code = f"import sys, explorer.{module}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in out.stdout.split()}
    assert loaded.isdisjoint({"streamlit", "tensorflow", "keras", "umap", "plotly"})


def test_the_training_command_needs_neither_streamlit_nor_dask() -> None:
    code = (
        "import sys\n"
        "for name in ('streamlit', 'dask', 'distributed', 'plotly'): sys.modules[name] = None\n"
        "import explorer.cli, explorer.recipes\n"
        "explorer.cli._parser()\n"
        "import explorer.training\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_no_registry_host_is_named() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "debian" + ".org")
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    for file in files:
        path = ROOT / file
        if (
            path.suffix in {".txt", ".toml", ".json", ".md", ".mjs", ".py", ".ts", ""}
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not any(host in text for host in hosts), file
