"""Data that somebody brings becomes a data set; its codes, a checkpoint that decodes nothing."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from explorer import datasets
from explorer.checkpoints import names, store
from explorer.checkpoints.store import SCHEMA, Checkpoint
from explorer.core import access, owners, storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent
from explorer.datasets import DatasetInfo, user
from explorer.datasets.brought import stage
from explorer.datasets.brought.base import ImportSpec
from explorer.models.spec import BroughtSpec


@dataclass(frozen=True)
class Kept:
    """What was made of data that was brought.

    Attributes:
        dataset: The data set; where codes of another one were brought, that one.
        checkpoint: That of its codes; None if there were none.
    """

    dataset: DatasetInfo
    checkpoint: Checkpoint | None


def bring(
    path: Path, name: str, spec: ImportSpec, dataset: str | None = None, report: Report = silent
) -> Kept:
    """Read a file or folder of this machine, and make a data set of it.

    Args:
        path: The file or folder.
        name: Of the data set, and of the checkpoint if there are codes.
        spec: How it is read.
        dataset: Whose test images the codes are of; None: they are a data set of their own.
        report: Takes the progress.

    Raises:
        ExplorerError: If it cannot be read, the name is taken, or the app is read-only.
    """
    access.check_may_change("import data")
    if dataset is None:
        user.check_new(name)
    else:
        datasets.info(dataset)
        names.check_free(name)
    token = stage.new_token()
    try:
        stage.stage(path, path.name, spec, token, report)
        return keep(token, name, dataset=dataset)
    finally:
        stage.discard(token)


def keep(
    token: str,
    name: str,
    title: str = "",
    class_names: Sequence[str] = (),
    dataset: str | None = None,
    owner: str = "",
) -> Kept:
    """Make a data set of what was read, and a checkpoint of its codes, if there are any.

    Args:
        token: Of the import.
        name: Of both; it must be free.
        title: Of the data set, for people; "": the name.
        class_names: Of the classes, by number; empty: as they were read.
        dataset: As for `bring`.
        owner: The visitor who brought it; "": the host.

    Raises:
        ExplorerError: If the name is taken, the codes are not those of the data set, what was read
            is not there any more, or the app is read-only.
    """
    access.check_may_change("import data")
    staged = stage.get(token)
    codes = staged.codes()
    if dataset is not None and not codes:
        raise ExplorerError(
            "There are no codes in the file: images are imported without naming another data set."
        )
    if not codes:
        about = stage.keep(token, name, title, class_names)
        owners.give(user.root() / name, owner)
        return Kept(about, None)
    names.check_free(name)
    labels = np.array(staged.labels())
    if dataset is None:
        about = stage.keep(token, name, title, class_names)
        owners.give(user.root() / name, owner)
    else:
        about = datasets.info(dataset)
        labels = _labels(about, labels)
    try:
        made = write(name, about.name, codes["z_mean"], labels, codes.get("z_log_var"), owner)
    except BaseException:
        if dataset is None:
            storage.remove_folder(user.root() / name)
        raise
    stage.discard(token)
    return Kept(about, made)


def write(
    name: str,
    dataset: str,
    z_mean: np.ndarray,
    labels: np.ndarray,
    z_log_var: np.ndarray | None = None,
    owner: str = "",
) -> Checkpoint:
    """Write a checkpoint of codes alone; return it.

    Args:
        name: Its name, which must be free.
        dataset: Name of the data set whose test images, in their order, the codes are of.
        z_mean: The codes, (n, z_dim), finite.
        labels: Class of each, (n,), as the data set numbers them; 0 where there are none.
        z_log_var: Log variances of a VAE's codes, (n, z_dim), or None.
        owner: The visitor whose it is; "": the host.

    Raises:
        ExplorerError: If the name is taken, or the codes are not those of the data set.
    """
    about = datasets.info(dataset)
    if len(z_mean) != about.n_test:
        raise ExplorerError(
            f"{about.title} has {about.n_test:,} test images: bring a code of each. "
            f"Received: {len(z_mean):,} codes."
        )
    kind = "ae" if z_log_var is None else "vae"
    spec = BroughtSpec(kind, "none", about.image_shape, z_mean.shape[1])
    codes = {"z_mean": z_mean} if z_log_var is None else {"z_mean": z_mean, "z_log_var": z_log_var}
    arrays = {key: np.asarray(value, np.float32) for key, value in codes.items()}
    with names.new_folder(name) as folder:
        storage.write_npz(folder / "codes.npz", labels=labels.astype(np.int64), **arrays)
        config = {
            "schema": SCHEMA,
            "dataset": dataset,
            "model": asdict(spec),
            "training": {"epochs": 0},
            "metrics": {},
            "created": time.strftime("%Y-%m-%dT%H:%M:%S"),
        }
        storage.write_json(folder / "config.json", config)
        owners.give(folder, owner)
    return store.get(name)


def _labels(about: DatasetInfo, brought: np.ndarray) -> np.ndarray:
    """Return the labels of a data set's test images: its own where they are here."""
    if datasets.is_local(about.name, "test"):
        return datasets.load(about.name, "test", download=False).labels
    if brought.max(initial=0) >= len(about.class_names):
        raise ExplorerError(f"The labels in the file are not those of {about.title}.")
    return brought
