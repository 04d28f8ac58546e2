"""The commands that train: `train`, `finish`, `recipes` and `download`."""

import argparse
import os
import subprocess
import sys
from dataclasses import fields
from typing import Any

from explorer import checkpoints, datasets
from explorer.cli.bar import Bar
from explorer.core.errors import ExplorerError
from explorer.models.spec import (
    ACTIVATIONS,
    ARCHITECTURES,
    CODE_ACTIVATIONS,
    KINDS,
    LOSSES,
    ModelSpec,
)
from explorer.runs import projections
from explorer.training.spec import DTYPES, RECIPES, TrainSpec


def add(commands: Any) -> None:
    """Add the commands to the parser's."""
    _add_train(commands)
    finish = commands.add_parser("finish", help="make a checkpoint of an unfinished training")
    finish.add_argument("name")
    finish.set_defaults(run=_finish)
    recipes = commands.add_parser("recipes", help="train the checkpoints that ship, where absent")
    recipes.set_defaults(run=_recipes)
    download = commands.add_parser("download", help="download a data set for later use offline")
    download.add_argument("name", choices=[name for name in datasets.DATASETS if name != "digits"])
    download.set_defaults(run=_download)


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


def _train(options: argparse.Namespace) -> None:
    given = vars(options)
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
        for spec in projections.shipped(checkpoints.get(name).z_dim):
            with Bar() as bar:
                projections.project(name, spec, bar)
        print(f"{name} is there with its projections")


def _finish(options: argparse.Namespace) -> None:
    from explorer.training.fit import finish

    print(finish(options.name).path)


def _download(options: argparse.Namespace) -> None:
    print(datasets.download(options.name))
