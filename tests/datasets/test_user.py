"""Data sets of users: whole or absent, found as the built-in ones are, and never another's."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import ExplorerError
from explorer.datasets import DatasetInfo, user


def make(name: str, n: int = 12, classes: tuple[str, ...] = ("cat", "dog")) -> DatasetInfo:
    """Write a data set of n training and n / 2 test images, 8 × 8 × 3."""
    random = np.random.default_rng(0)
    with user.new_folder(name) as folder:
        for part, count in (("train", n), ("test", n // 2)):
            images = random.integers(0, 256, (count, 8, 8, 3), np.uint8)
            labels = np.arange(count) % max(1, len(classes))
            user.write_part(folder, part, images, labels)
        about = DatasetInfo(
            name, name.title(), (8, 8, 3), classes, n, n // 2, (), created="2026-01-01"
        )
        user.write_config(folder, about)
    return datasets.info(name)


def test_a_users_data_set_is_used_as_the_built_in_ones_are() -> None:
    make("pets")
    assert datasets.names()[-1] == "pets"
    about = datasets.info("pets")
    assert (about.n_train, about.n_test, about.class_names) == (12, 6, ("cat", "dog"))
    assert about.labelled
    assert about.own
    train = datasets.load("pets", "train", validation_size=2)
    assert train.images.shape == (10, 8, 8, 3)
    assert train.images.dtype == np.float32
    assert datasets.load("pets").labels.tolist() == [0, 1, 0, 1, 0, 1]
    datasets.check_here("pets")


def test_without_labels_there_is_one_class_that_tells_nothing() -> None:
    make("pets", classes=())
    about = datasets.info("pets")
    assert about.class_names == datasets.UNLABELLED
    assert not about.labelled
    assert not datasets.load("pets").labels.any()


def test_a_name_that_is_taken_stays_with_whoever_came_first() -> None:
    with pytest.raises(ExplorerError, match="There is a data set 'mnist' already"):
        make("mnist")
    with (
        pytest.raises(ExplorerError, match="There is a data set 'pets' already"),
        user.new_folder("pets"),
    ):
        first = make("pets")  # somebody else is quicker
    assert datasets.info("pets") == first
    assert len(datasets.load("pets").images) == 6
    assert [path.name for path in user.root().iterdir()] == ["pets"]


def test_what_fails_on_the_way_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), user.new_folder("pets"):
        _ = 1 / 0
    assert "pets" not in datasets.names()
    assert not any(user.root().iterdir())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"image_shape": [8, 8, 2]}, "image_shape is"),
        ({"image_shape": [10**9, 8, 3]}, "from 0 to 128"),
        ({"image_shape": 3}, "cannot be read"),
        ({"n_test": -1}, "from 0 to 200,000"),
        ({"class_names": ["a"] * 101}, "101 classes"),
        ({"class_names": ["a", 3]}, "should be a text"),
        ({"title": "a" * 101}, "at most 100 characters"),
        ({"schema": 2}, "its schema is 2"),
        (None, "lacks 'schema'"),
    ],
)
def test_a_broken_one_is_listed_with_its_reason(change: dict[str, object], sentence: str) -> None:
    make("pets")
    file = user.root() / "pets" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change if change else {}))
    (broken,) = datasets.list_own()
    assert isinstance(broken, datasets.BrokenDataset)
    assert sentence in broken.reason
    assert "pets" not in datasets.names()
    with pytest.raises(ExplorerError, match=sentence):
        datasets.load("pets")


def _damage(path: Path, how: str) -> None:
    if how == "short":
        path.write_bytes(path.read_bytes()[:-50])
    elif how == "objects":
        np.save(path, np.array([{}] * 6, object), allow_pickle=True)
    elif how == "link":
        target = path.with_name("elsewhere").resolve().parents[2] / "secret.npy"
        path.rename(target)
        path.symlink_to(target)
    else:
        np.save(path, np.zeros((6, 9, 9, 3), np.uint8))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("short", "damaged .*greater than file size"),
        ("objects", "damaged"),
        ("link", "leads out of its folder"),
        ("other", "should be uint8 of shape"),
    ],
)
def test_damaged_images_are_told(how: str, sentence: str) -> None:
    make("pets")
    _damage(user.root() / "pets" / "test_images.npy", how)
    with pytest.raises(ExplorerError, match=sentence):
        datasets.load("pets")


def test_codes_alone_have_no_images() -> None:
    with user.new_folder("codes") as folder:
        user.write_part(folder, "test", None, np.zeros(5))
        about = DatasetInfo("codes", "Codes", (0, 0, 0), (), 0, 5, (), created="2026-01-01")
        user.write_config(folder, about)
    assert not datasets.info("codes").has_images
    with pytest.raises(ExplorerError, match="Codes has no images: only its codes were imported"):
        datasets.load("codes")
    with pytest.raises(ExplorerError, match="no images"):
        datasets.check_here("codes")


def test_a_link_is_no_data_set(tmp_path: Path) -> None:
    make("pets")
    (user.root() / "linked").symlink_to(user.root() / "pets")
    assert [item.name for item in datasets.list_own()] == ["pets"]
    with pytest.raises(ExplorerError, match="There is no data set 'linked'"):
        datasets.info("linked")


def test_one_that_was_imported_anew_is_read_anew() -> None:
    about = make("pets")
    with user.new_folder("other") as folder:
        user.write_config(folder, replace(about, name="other", title="Other"))
    assert datasets.info("other").title == "Other"
