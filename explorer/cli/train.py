"""The commands that train: `train`, `finish`, `recipes` and `download`."""

import argparse
import os
import subprocess
import sys
from dataclasses import fields
from typing import Any

from explorer import checkpoints, datasets
from explorer.cli import options
from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.models.spec import ModelSpec
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest
from explorer.training.presets import FAMILY, RECIPES
from explorer.training.spec import TrainSpec

_MODEL = tuple(ModelSpec.__dataclass_fields__)
_TRAINING = tuple(TrainSpec.__dataclass_fields__)


def add(commands: Any) -> None:
    """Add the commands to the parser's."""
    _add_train(commands)
    finish = commands.add_parser("finish", help="make a checkpoint of an unfinished training")
    finish.add_argument("name")
    finish.set_defaults(run=_finish)
    recipes = commands.add_parser("recipes", help="train the checkpoints that ship, where absent")
    recipes.set_defaults(run=_recipes)
    download = commands.add_parser("download", help="download a data set for later use offline")
    download.add_argument("name", choices=_downloadable())
    download.set_defaults(run=_download)


def _downloadable() -> list[str]:
    return [name for name, about in datasets.DATASETS.items() if about.downloadable]


def _add_train(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a model and write its checkpoint",
        description="Train an autoencoder or a VAE and write its checkpoint.",
        argument_default=argparse.SUPPRESS,
    )
    add = parser.add_argument
    add(
        "--recipe",
        choices=[*RECIPES, *FAMILY],
        help="start from the recipe of a shipped checkpoint",
    )
    add("--name", help="name of the checkpoint (default: from data set, kind and z_dim)")
    add("--dataset", choices=datasets.names())
    options.add(parser, {"model": ModelSpec})
    add("--widths", type=int, nargs="+", help="filters or units of the hidden layers")
    options.add(parser, {"training": TrainSpec})
    add("--start", help="checkpoint whose weights to start from, to train it further")
    add("--resume", action="store_true", help="go on from the last whole epoch")
    add("--overwrite", action="store_true", help="replace the checkpoint of this name")
    add("--keep", action="store_true", help="on Ctrl-C, make a checkpoint of what is trained")
    parser.set_defaults(run=_train)


def _train(parsed: argparse.Namespace) -> None:
    given = vars(parsed)
    spec = train_spec(given)
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


def train_spec(given: dict[str, Any]) -> TrainSpec:
    """Return the training that the options of `train` ask for.

    Raises:
        ExplorerError: If they do not say what to train, or ask for the impossible.
    """
    recipe = (RECIPES | FAMILY).get(given.get("recipe", ""))
    needed = ("dataset", "kind", "architecture", "z_dim")
    missing = ["--" + key.replace("_", "-") for key in needed if key not in given]
    if missing and not recipe:
        raise ExplorerError(f"{', '.join(missing)} missing: say what to train, or name a --recipe.")
    model = _values(recipe.model) if recipe else {}
    training = _values(recipe) if recipe else {}
    model |= {key: value for key, value in given.items() if key in _MODEL}
    training |= {key: value for key, value in given.items() if key in _TRAINING}
    model["image_shape"] = datasets.info(training["dataset"]).image_shape
    return TrainSpec(**{**training, "model": ModelSpec(**model)})


def _values(spec: ModelSpec | TrainSpec) -> dict[str, Any]:
    return {field.name: getattr(spec, field.name) for field in fields(spec)}


def _recipes(parsed: argparse.Namespace) -> None:
    present = {item.name for item in checkpoints.list_checkpoints()}
    for name in (*RECIPES, *FAMILY):
        if name not in present:
            # In a process of its own: TensorFlow's memory is given back between trainings.
            train = [sys.executable, "-m", "explorer", "train", "--recipe", name]
            if subprocess.run(train, check=False).returncode != 0:
                raise ExplorerError(
                    f"The recipe {name} failed, see above; the ones before are done."
                )
        if name in FAMILY:
            print(f"{name} is there")
            continue
        for spec in projections.shipped(checkpoints.get(name).z_dim):
            with Bar() as bar:
                ProjectionRequest(name, spec).get(bar)
        print(f"{name} is there with its projections")


def _finish(parsed: argparse.Namespace) -> None:
    from explorer.training.finish import finish

    print(finish(parsed.name).path)


def _download(parsed: argparse.Namespace) -> None:
    print(datasets.download(parsed.name))
