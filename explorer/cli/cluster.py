"""The commands that cluster: `cluster`, `sweep`, `classify`, `score` and `tables`."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer import checkpoints
from explorer.cli.bar import Bar
from explorer.clustering.spec import (
    COVARIANCE_TYPES,
    METHODS,
    SCALINGS,
    SPLITS,
    ClusteringSpec,
    default_spec,
)
from explorer.core.errors import ExplorerError
from explorer.core.spaces import SPACES

_SPEC = tuple(ClusteringSpec.__dataclass_fields__)


def add(commands: Any) -> None:
    """Add the commands to the parser's."""
    _add(commands, "cluster", _cluster, "cluster a checkpoint's images and score the clusters")
    sweep = _add(commands, "sweep", _sweep, "score clusterings against their number of clusters")
    sweep.add_argument("--k-from", type=int, default=1, help="smallest number (default 1)")
    sweep.add_argument("--k-to", type=int, default=20, help="largest number (default 20)")
    sweep.add_argument("--k-step", type=int, default=1, help="between two numbers (default 1)")
    sweep.add_argument(
        "--measures", nargs="+", help="inertia or bic and aic, silhouette, accuracy (default: all)"
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
    add = parser.add_argument
    add("name", help="name of the checkpoint")
    add("--method", choices=METHODS, help="default kmeans (classify: minibatch)")
    add("--space", choices=SPACES, help="what is clustered (default latent; classify: original)")
    add("--scaling", choices=SCALINGS, help="of the points (default none)")
    add("--pca", type=int, help="components to keep after scaling, 0 for no PCA (default 0)")
    add("--noise", type=float, help="σ of Gaussian noise on the test images (default 0)")
    add("--n-clusters", type=int, help="clusters or components (default 10; classify: 225)")
    add("--n-init", type=int, help="starts, the best of which is kept")
    add("--max-iter", type=int, help="most iterations of a start")
    add("--batch-size", type=int, help="of mini-batch k-means")
    add("--tol", type=float, help="change below which a fit has converged")
    add("--covariance-type", choices=COVARIANCE_TYPES, help="of a Gaussian mixture (default full)")
    add("--reg-covar", type=float, help="added to a mixture's variances")
    add("--n-neighbors", type=int, help="of UMAP (default 20)")
    add("--min-dist", type=float, help="of UMAP (default 0)")
    add("--n-components", type=int, help="dimensions of UMAP (default 10)")
    add("--min-cluster-size", type=int, help="of HDBSCAN (default 50)")
    add("--fit-on", choices=SPLITS, help="images to find the clusters on (default test)")
    add("--seed", type=int, help="of everything that is random (default 0)")
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


def _spec(options: argparse.Namespace, **defaults: Any) -> ClusteringSpec:
    """Return the spec that is asked for, as far as the images for it are on this machine."""
    from explorer.runs import points

    given = {key: value for key, value in vars(options).items() if key in _SPEC}
    method = given.pop("method", defaults.pop("method", "kmeans"))
    asked = default_spec(method, **{**defaults, **given})
    found = points.fitting(checkpoints.get(options.name), asked)
    if found.note:
        print(found.note, file=sys.stderr)
    return found.spec


def _cluster(options: argparse.Namespace) -> None:
    from explorer import clustering
    from explorer.runs import clusterings

    spec = _spec(options)
    with Bar() as bar:
        result = clusterings.run(options.name, spec, bar)
    folder = checkpoints.get(options.name).clusterings
    answer = clusterings.summary(result) | {"file": str(clustering.file_of(spec, folder))}
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    scores = asdict(result.scores)
    numbers = {k: v for k, v in scores.items() if isinstance(v, float | int) or v is None}
    numbers |= {"bic": answer["bic"], "aic": answer["aic"]}
    _print_rows([{"score": name, "value": value} for name, value in numbers.items()])
    for name, reason in result.scores.reasons.items():
        print(f"{name}: {reason}")
    print(
        f"Of the {spec.space} points of {result.scores.n_points:,} test images, clusters found on "
        f"{spec.fit_on}, seed {spec.seed}; silhouette on {result.scores.silhouette_sample:,} of "
        f"them, seed {result.scores.silhouette_seed}.\n{answer['file']}"
    )


def _sweep(options: argparse.Namespace) -> None:
    from explorer.clustering.sweep import SweepSpec
    from explorer.runs import sweeps

    clustering = _spec(options)
    own = ("bic", "aic") if clustering.method.endswith("gmm") else ("inertia",)
    ks = range(options.k_from, options.k_to + 1, max(1, options.k_step))
    spec = SweepSpec(
        clustering,
        tuple(ks),
        tuple(getattr(options, "measures", None) or (*own, "silhouette", "accuracy")),
        options.silhouette_sample,
    )
    with Bar() as bar:
        answer = sweeps.summary(sweeps.run(options.name, spec, bar))
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    columns = ["k", *spec.measures]
    _print_rows([{c: answer[c][row] for c in columns} for row in range(len(answer["k"]))])
    for measure, k in answer["suggestion"].items():
        print(f"{measure}: k = {k} by rule of thumb")


def _classify(options: argparse.Namespace) -> None:
    from explorer.runs import classifiers

    source = {key: getattr(classifiers.SOURCE_SPEC, key) for key in _SPEC}
    spec = _spec(options, **source)
    with Bar() as bar:
        answer = classifiers.summary(classifiers.run(options.name, spec, bar))
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    print(
        f"{spec.n_clusters} clusters of the {spec.space} points: error {answer['test_error']:.4f} "
        f"on {answer['n_test']:,} test images, {answer['train_error']:.4f} on "
        f"{answer['n_train']:,} that made the clusters; {answer['mixed_share']:.0%} of the "
        "clusters are mixed."
    )


def _score(options: argparse.Namespace) -> None:
    from explorer.clustering import metrics

    with Bar() as bar:
        scores = metrics.score_file(options.file, options.silhouette_sample, options.seed, bar)
    if options.json:
        print(json.dumps(scores, indent=2))
    else:
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
    if options.json:
        answer = {"tables": [asdict(table) for table in found], "missing": missing}
        print(json.dumps(answer, indent=2))
    else:
        for table in found:
            print(f"\nSource {table.source}: {table.checkpoint}")
            _print_rows(table.rows)
            print("\n".join(table.notes))
    if not options.json:
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
