"""The command line: `python -m explorer COMMAND --help`.

Each command imports what it needs when it runs: `train` needs neither Streamlit nor Dask, and
`list` answers without waiting for TensorFlow.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from explorer import checkpoints, datasets, projection
from explorer.checkpoints import BrokenCheckpoint, Checkpoint, spaces
from explorer.cli import cluster
from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.core.spaces import SPACES
from explorer.models.spec import (
    ACTIVATIONS,
    ARCHITECTURES,
    CODE_ACTIVATIONS,
    KINDS,
    LOSSES,
    ModelSpec,
)
from explorer.projection import spec as projection_spec
from explorer.projection.spec import ProjectionSpec
from explorer.runs import projections
from explorer.training.spec import DTYPES, RECIPES, TrainSpec


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status (0 well, 1 a mistake told in one sentence)."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        run(options)
    except ExplorerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m explorer", description="Latent Explorer")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    finish = commands.add_parser("finish", help="make a checkpoint of an unfinished training")
    finish.add_argument("name")
    finish.set_defaults(run=_finish)
    listing = commands.add_parser("list", help="list the checkpoints")
    _add_json(listing)
    listing.set_defaults(run=_list)
    describe = commands.add_parser("describe", help="tell where a checkpoint's test codes lie")
    describe.add_argument("name")
    _add_json(describe)
    describe.set_defaults(run=_describe)
    _add_project(commands)
    cluster.add(commands)
    recipes = commands.add_parser("recipes", help="train the checkpoints that ship, where absent")
    recipes.set_defaults(run=_recipes)
    download = commands.add_parser("download", help="download a data set for later use offline")
    download.add_argument("name", choices=[name for name in datasets.DATASETS if name != "digits"])
    download.set_defaults(run=_download)
    return parser


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _add_train(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a model and write its checkpoint",
        description="Train an autoencoder or a VAE and write its checkpoint.",
        argument_default=argparse.SUPPRESS,
    )
    add = parser.add_argument
    add("--recipe", choices=list(RECIPES), help="start from the recipe of a shipped checkpoint")
    add("--name", help="name of the checkpoint (default: from data set, kind and z_dim)")
    add("--dataset", choices=list(datasets.DATASETS))
    add("--kind", choices=KINDS, help="ae: autoencoder; vae: variational autoencoder")
    add(
        "--architecture",
        choices=list(ARCHITECTURES),
        help="; ".join(f"{name}: {default.help}" for name, default in ARCHITECTURES.items()),
    )
    add("--z-dim", type=int, help="number of latent dimensions")
    add("--widths", type=int, nargs="+", help="filters or units of the hidden layers")
    add("--activation", choices=ACTIVATIONS, help="of the hidden layers")
    add("--code-activation", choices=CODE_ACTIVATIONS, help="of an AE's code")
    add("--loss", choices=LOSSES, help="of a pixel: cross-entropy or squared error (default bce)")
    add("--beta", type=float, help="weight of the KL divergence (default 1)")
    add("--kl-warmup", type=int, help="epochs over which that weight grows from 0 (default 0)")
    add("--noise", type=float, help="noise on the input: a denoising autoencoder (default 0)")
    add("--l1", type=float, help="weight of the absolute codes (default 0)")
    add("--l2", type=float, help="weight of the squared codes (default 0)")
    add("--epochs", type=int, help="passes over the training images (default 40)")
    add("--batch-size", type=int, help="images per step (default 128)")
    add("--learning-rate", type=float, help="of Adam (default 1e-3)")
    add("--seed", type=int, help="of everything that is random (default 0)")
    add("--validation-size", type=int, help="training images held out for validation (default 0)")
    add("--patience", type=int, help="early stopping after this many epochs without progress")
    add("--dtype", choices=DTYPES, help="precision of the training (default float32)")
    add("--start", help="checkpoint whose weights to start from, to train it further")
    add("--resume", action="store_true", help="go on from the last whole epoch")
    add("--overwrite", action="store_true", help="replace the checkpoint of this name")
    add("--keep", action="store_true", help="on Ctrl-C, make a checkpoint of what is trained")
    parser.set_defaults(run=_train)


def _add_project(commands: Any) -> None:
    parser = commands.add_parser("project", help="compute a projection of a checkpoint's codes")
    add = parser.add_argument
    add("name", help="name of the checkpoint")
    add("--method", choices=projection_spec.METHODS, default="umap")
    add("--n-components", type=int, choices=(2, 3), default=2)
    add("--space", choices=SPACES, default="latent")
    add("--perplexity", type=float, default=30.0, help="of t-SNE")
    add("--n-neighbors", type=int, default=15, help="of UMAP")
    add("--min-dist", type=float, default=0.1, help="of UMAP")
    add("--metric", choices=projection_spec.METRICS, default="euclidean")
    add("--seed", type=int, default=0)
    add("--sample-size", type=int, default=10_000)
    add("--shipped", action="store_true", help="compute all pictures that ship with a checkpoint")
    _add_json(parser)
    parser.set_defaults(run=_project)


def _project(options: argparse.Namespace) -> None:
    checkpoint = checkpoints.get(options.name)
    names = [name for name in ProjectionSpec.__dataclass_fields__ if name != "axes"]
    specs = [ProjectionSpec(**{name: getattr(options, name) for name in names})]
    if options.shipped:
        specs = [
            ProjectionSpec(method, n)
            for n in (2, 3)
            if n <= checkpoint.z_dim
            for method in ("pca", "tsne", "umap")
        ]
    for spec in specs:
        with Bar() as bar:
            result = projections.project(checkpoint.name, spec, bar)
        file = projection.file_of(spec, checkpoint.projections)
        answer = {**projections.summary(result), "file": str(file)}
        if options.json:
            print(json.dumps(answer, indent=2))
        else:
            print(
                f"{file}: {result.seconds:.1f} s, trustworthiness {result.trustworthiness:.3f}, "
                f"kNN accuracy {result.knn_accuracy:.3f}"
            )


def _train(options: argparse.Namespace) -> None:
    given = vars(options)
    spec = _train_spec(given)
    name = given.get("name", given.get("recipe"))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from explorer.training.fit import train

    with Bar() as bar:
        result = train(
            spec,
            name,
            resume=given.get("resume", False),
            overwrite=given.get("overwrite", False),
            keep=given.get("keep", False),
            report=bar,
        )
    if result.checkpoint:
        losses = {key: value for key, value in result.checkpoint.metrics.items() if "loss" in key}
        text = ", ".join(f"{key} {value:.3f}" for key, value in losses.items())
        print(f"{result.checkpoint.path}: {result.epochs} epochs, {text}")
    else:
        print(
            f"Stopped after {result.epochs} whole epochs. The same command with --resume goes on; "
            f"'python -m explorer finish {result.name}' makes a checkpoint of them."
        )


def _train_spec(given: dict[str, Any]) -> TrainSpec:
    recipe = RECIPES.get(given.get("recipe", ""))
    needed = ("dataset", "kind", "architecture", "z_dim")
    missing = ["--" + key.replace("_", "-") for key in needed if key not in given]
    if missing and not recipe:
        raise ExplorerError(f"{', '.join(missing)} missing: say what to train, or name a --recipe.")
    model = (
        {field.name: getattr(recipe.model, field.name) for field in fields(ModelSpec)}
        if recipe
        else {}
    )
    training = (
        {field.name: getattr(recipe, field.name) for field in fields(TrainSpec)} if recipe else {}
    )
    model |= {key: value for key, value in given.items() if key in ModelSpec.__dataclass_fields__}
    training |= {
        key: value for key, value in given.items() if key in TrainSpec.__dataclass_fields__
    }
    model["image_shape"] = datasets.info(training["dataset"]).image_shape
    return TrainSpec(**{**training, "model": ModelSpec(**model)})


def _recipes(options: argparse.Namespace) -> None:
    present = {item.name for item in checkpoints.list_checkpoints()}
    for name in RECIPES:
        if name not in present:
            # In a process of its own: TensorFlow's memory is given back between trainings.
            train = [sys.executable, "-m", "explorer", "train", "--recipe", name]
            if subprocess.run(train, check=False).returncode != 0:
                raise ExplorerError(
                    f"The recipe {name} failed, see above; the ones before are done."
                )
        _project(_parser().parse_args(["project", name, "--shipped"]))


def _finish(options: argparse.Namespace) -> None:
    from explorer.training.fit import finish

    print(finish(options.name).path)


def _list(options: argparse.Namespace) -> None:
    found = checkpoints.list_checkpoints()
    if options.json:
        print(json.dumps([_summary(item) for item in found], indent=2))
        return
    for item in found:
        if isinstance(item, BrokenCheckpoint):
            print(f"{item.name:24} BROKEN: {item.reason}")
        else:
            loss = item.metrics["test_total_loss"]
            epochs = item.training["epochs"]
            print(
                f"{item.name:24} {item.dataset:14} {item.model.kind:4} z_dim {item.z_dim:<4} "
                f"{epochs:4} epochs  test loss {loss:8.2f}"
            )


def _summary(item: Checkpoint | BrokenCheckpoint) -> dict[str, Any]:
    if isinstance(item, BrokenCheckpoint):
        return {"name": item.name, "broken": item.reason}
    return {
        "name": item.name,
        "dataset": item.dataset,
        "kind": item.model.kind,
        "architecture": item.model.architecture,
        "z_dim": item.z_dim,
        "epochs": item.training["epochs"],
        "metrics": item.metrics,
    }


def _describe(options: argparse.Namespace) -> None:
    answer = spaces.describe(checkpoints.get(options.name))
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    print(
        f"{answer['name']}: {answer['n']:,} test codes, mean reconstruction error "
        f"{answer['reconstruction_error']:.2f}"
    )
    for row in answer["dimensions"]:
        numbers = "  ".join(f"{key} {value:7.3f}" for key, value in row.items() if key != "axis")
        print(f"  z{row['axis']:<3} {numbers}")


def _download(options: argparse.Namespace) -> None:
    print(datasets.download(options.name))
