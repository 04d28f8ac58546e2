"""The commands that cluster: `cluster`, `sweep`, `classify`, `score` and `tables`."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer import checkpoints
from explorer.cli import large
from explorer.cli.bar import Bar
from explorer.cli.options import add as add_options
from explorer.cli.options import given
from explorer.clustering import METHODS, ClusteringSpec, default_spec
from explorer.clustering.kmeans import KMeans
from explorer.clustering.metrics import FIT_SCORES, SCORES
from explorer.clustering.spec import SPLIT_TITLES
from explorer.core.errors import ExplorerError
from explorer.core.params import parameters


def add(commands: Any) -> None:
    """Add the commands to the parser's."""
    parser = _add(
        commands, "cluster", _cluster, "cluster a checkpoint's images and score the clusters"
    )
    large.add_where(parser)
    parser.add_argument(
        "--codes", type=Path, default=None, help="with --distributed: a folder of 'encode'"
    )
    sweep = _add(commands, "sweep", _sweep, "score clusterings against their number of clusters")
    sweep.add_argument("--k-from", type=int, default=1, help="smallest number (default 1)")
    sweep.add_argument("--k-to", type=int, default=20, help="largest number (default 20)")
    sweep.add_argument("--k-step", type=int, default=1, help="between two numbers (default 1)")
    swept = ", ".join(name for name, score in SCORES.items() if score.swept)
    sweep.add_argument(
        "--measures",
        nargs="+",
        help=f"what the fit tells ({', '.join(FIT_SCORES)}) and {swept} (default: all it can)",
    )
    sweep.add_argument(
        "--silhouette-sample", type=int, default=2000, help="points it is computed on"
    )
    _add(
        commands,
        "classify",
        _classify,
        "predict classes through the majority of many clusters (defaults: 225, as in source A3)",
    )
    _add_score(commands)
    tables = commands.add_parser(
        "tables",
        help="the tables of sources B, C and D, for the checkpoints that ship",
        description="Compute and print the tables of sources B, C and D. What is computed is "
        "kept, so that a second time is quick.",
    )
    tables.add_argument("sources", nargs="*", metavar="SOURCE", help="B, C, D (default: all)")
    tables.add_argument("--checkpoint", help="use this checkpoint instead of those that ship")
    _add_json(tables)
    tables.set_defaults(run=_tables)


def _add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], text: str
) -> argparse.ArgumentParser:
    """Add a command that takes a checkpoint and a clustering's parameters."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, argument_default=argparse.SUPPRESS
    )
    parser.add_argument("name", help="name of the checkpoint")
    parser.add_argument(
        "--method",
        choices=list(METHODS),
        help="; ".join(f"{name}: {method.title}" for name, method in METHODS.items())
        + " (default kmeans; classify: minibatch)",
    )
    add_options(parser, METHODS)
    add_options(parser, {"": ClusteringSpec})
    _add_json(parser)
    parser.set_defaults(run=run)
    return parser


def _add_score(commands: Any) -> None:
    parser = commands.add_parser(
        "score",
        help="score the labels in an .npz file",
        description="Score labels_pred against labels_true, and by their shape if there is x.",
    )
    parser.add_argument(
        "file", type=Path, help="an .npz with labels_true and labels_pred (n,), and x (n, d)"
    )
    parser.add_argument(
        "--silhouette-sample", type=int, help="points it is computed on (default: all)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of that sample (default 0)")
    _add_json(parser)
    parser.set_defaults(run=_score)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", default=False, help="answer in JSON")


def _told_in_json(options: argparse.Namespace, answer: Any) -> bool:
    """Print an answer as JSON if that was asked for; return whether it was."""
    if options.json:
        print(json.dumps(answer, indent=2))
    return bool(options.json)


def _asked(options: argparse.Namespace, usual: str) -> tuple[str, dict[str, Any]]:
    """Return the method that is asked for, and the values of its parameters that are given."""
    method = METHODS[getattr(options, "method", usual)]
    names = [item.name for of in (method, ClusteringSpec) for item in parameters(of)]
    return method.name, given(options, names)


def _spec(options: argparse.Namespace) -> ClusteringSpec:
    method, values = _asked(options, KMeans.name)
    return _usable(options, default_spec(method, **values))


def _usable(options: argparse.Namespace, asked: ClusteringSpec) -> ClusteringSpec:
    """Return a spec as far as the images for it are on this machine."""
    from explorer.runs import points

    found = points.fitting(checkpoints.get(options.name), asked)
    if found.note:
        print(found.note, file=sys.stderr)
    return found.spec


def _cluster(options: argparse.Namespace) -> None:
    from explorer import clustering
    from explorer.runs.clusterings import ClusteringRequest

    if options.distributed:
        method, values = _asked(options, KMeans.name)
        answer = large.cluster(options, default_spec(method, **values))
        if options.json:
            print(json.dumps(answer, indent=2))
        else:
            shown = ("n", "fitted_on", "n_clusters", *SCORES)
            _print_rows([{"score": key, "value": answer[key]} for key in shown if key in answer])
        return
    spec = _spec(options)
    request = ClusteringRequest(options.name, spec)
    with Bar() as bar:
        result = request.get(bar)
    folder = checkpoints.get(options.name).clusterings
    answer = request.summary(result) | {"file": str(clustering.file_of(spec, folder))}
    if _told_in_json(options, answer):
        return
    scores = result.scores
    shown = ("n_points", "n_clusters", "noise_share", *scores.by_name, "bic", "aic")
    numbers = {name: answer[name] for name in shown}
    _print_rows([{"score": name, "value": value} for name, value in numbers.items()])
    for name, reason in result.scores.reasons.items():
        print(f"{name}: {reason}")
    if (starts := result.clustering.starts) is not None:
        reached, agreement = starts.T
        print(
            f"{len(starts)} starts reached {reached.min():,.6g} to {reached.max():,.6g}; their "
            f"clusters agree with those kept by {agreement.min():.3f} or more (adjusted Rand)."
        )
    scored = f"silhouette on {scores.silhouette_sample:,} of them, seed {scores.silhouette_seed}"
    print(
        f"Of the {spec.space} points of {scores.n_points:,} images, clusters found on "
        f"{SPLIT_TITLES[spec.fit_on]}, seed {spec.seed}; {scored}.\n{answer['file']}"
    )


def _sweep(options: argparse.Namespace) -> None:
    from explorer.clustering.sweep import SweepSpec, offered
    from explorer.runs.sweeps import SweepRequest

    clustering = _spec(options)
    ks = range(options.k_from, options.k_to + 1, max(1, options.k_step))
    spec = SweepSpec(
        clustering,
        tuple(ks),
        tuple(getattr(options, "measures", None) or offered(clustering.method)),
        options.silhouette_sample,
    )
    request = SweepRequest(options.name, spec)
    with Bar() as bar:
        answer = request.summary(request.get(bar))
    if _told_in_json(options, answer):
        return
    columns = ["k", *spec.measures]
    _print_rows([{c: answer[c][row] for c in columns} for row in range(len(answer["k"]))])
    for measure, k in answer["suggestion"].items():
        print(f"{measure}: k = {k} by rule of thumb")


def _classify(options: argparse.Namespace) -> None:
    from explorer.clustering.majority_vote import SOURCE_SPEC, source_spec
    from explorer.runs.classifiers import ClassifierRequest

    method, values = _asked(options, SOURCE_SPEC.method.name)
    spec = _usable(options, source_spec(method, **values))
    request = ClassifierRequest(options.name, spec)
    with Bar() as bar:
        answer = request.summary(request.get(bar))
    if _told_in_json(options, answer):
        return
    print(
        f"{spec.method.k} clusters of the {spec.space} points: error {answer['test_error']:.4f} "
        f"on {answer['n_test']:,} test images, {answer['train_error']:.4f} on "
        f"{answer['n_train']:,} that made the clusters; {answer['mixed_share']:.0%} of the "
        "clusters are mixed."
    )


def _score(options: argparse.Namespace) -> None:
    from explorer.clustering import metrics

    with Bar() as bar:
        scores = metrics.score_file(options.file, options.silhouette_sample, options.seed, bar)
    if not _told_in_json(options, scores):
        _print_rows([{"score": name, "value": value} for name, value in scores.items()])


def _tables(options: argparse.Namespace) -> None:
    from explorer.reproduce import tables as source_tables

    sources = options.sources or list(source_tables.TABLES)
    unknown = [source for source in sources if source not in source_tables.TABLES]
    if unknown:
        raise ExplorerError(f"The sources with tables are B, C and D. Received: {unknown[0]!r}.")
    found, missing = [], []
    for source in sources:
        names = [options.checkpoint] if options.checkpoint else source_tables.SHIPPED[source]
        for name in names:
            try:
                with Bar() as bar:
                    found.append(source_tables.TABLES[source](name, report=bar))
            except ExplorerError as error:
                missing.append(f"Source {source}, {name}: {error}")
    if not _told_in_json(
        options, {"tables": [asdict(table) for table in found], "missing": missing}
    ):
        for table in found:
            print(f"\nSource {table.source}: {table.checkpoint}")
            _print_rows(table.rows)
            print("\n".join(table.notes))
        for sentence in missing:
            print(f"\n{sentence}")
    if not found:
        raise ExplorerError("No table could be computed; the sentences above say why.")


def _print_rows(rows: list[dict[str, Any]]) -> None:
    """Print dictionaries with the same keys as an aligned table."""
    if not rows:
        return
    cells = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        print("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
