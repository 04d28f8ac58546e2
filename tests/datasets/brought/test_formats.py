"""Files of all formats become the data that their owners mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.core.errors import ExplorerError
from explorer.datasets.brought.base import ImportSpec
from explorer.datasets.brought.read import read
from explorer.datasets.brought.write import drawn
from tests.datasets.brought.files import (
    CODES,
    COLOUR,
    GREY,
    LABELS,
    N,
    csv,
    idx,
    npz,
    packed,
    parquet,
    png,
)

Answer = dict[str, Any]


def brought(path: Path, tmp_path: Path, **how: Any) -> tuple[Answer, dict[str, np.ndarray]]:
    """Read a file; return what is told of it, and the arrays that were written."""
    folder = tmp_path / "written"
    folder.mkdir()
    answer = read(str(path), path.name, ImportSpec(**how), str(folder))
    return answer, {file.stem: np.load(file) for file in folder.glob("*.npy")}


def _whole(arrays: dict[str, np.ndarray], what: str) -> np.ndarray:
    return np.concatenate([arrays[f"{part}_{what}"] for part in ("train", "test")])


_IMAGES: dict[str, Callable[[Path], Path]] = {
    "npz": lambda folder: npz(folder / "a.npz", x=GREY, y=LABELS),
    "npz, floats": lambda folder: npz(folder / "a.npz", images=GREY / 255, labels=LABELS),
    "npz, one-hot": lambda folder: npz(folder / "a.npz", X=GREY, Y=np.eye(3)[LABELS]),
    "npz, 16 bits": lambda folder: npz(folder / "a.npz", x=GREY.astype(np.uint16) * 257, y=LABELS),
    "npz, Fortran": lambda folder: npz(folder / "a.npz", x=np.asfortranarray(GREY), y=LABELS),
    "npz, rows": lambda folder: npz(folder / "a.npz", x=GREY.reshape(N, -1), y=LABELS[:, None]),
    "csv": lambda folder: csv(folder / "a.csv", GREY.reshape(N, -1), LABELS),
    "csv, header": lambda folder: csv(
        folder / "a.csv",
        GREY.reshape(N, -1),
        LABELS,
        "label," + ",".join(f"pixel{i}" for i in range(144)),
    ),
    "idx": lambda folder: [
        idx(folder / "a-labels.idx1-ubyte", LABELS),
        idx(folder / "a-images.idx3-ubyte", GREY),
    ][-1],
    "idx, gz": lambda folder: [
        idx(folder / "a-labels-idx1-ubyte.gz", LABELS, zipped=True),
        idx(folder / "a-images-idx3-ubyte.gz", GREY, zipped=True),
    ][-1],
    "idx in a zip": lambda folder: packed(
        folder / "a.zip",
        {
            "d/labels": idx(folder / "l", LABELS).read_bytes(),
            "d/images": idx(folder / "i", GREY).read_bytes(),
        },
    ),
    "parquet, pictures": lambda folder: parquet(
        folder / "a.parquet", {"image": [{"bytes": png(x)} for x in GREY], "label": LABELS}
    ),
    "parquet, lists": lambda folder: parquet(
        folder / "a.parquet", {"pixels": [x.ravel().tolist() for x in GREY], "label": LABELS}
    ),
    "parquet, arrays": lambda folder: parquet(
        folder / "a.parquet", {"img": [x.tolist() for x in GREY], "label": LABELS}
    ),
    "zip of pictures": lambda folder: packed(
        folder / "a.zip", {f"{i % 3}/{i:03}.png": png(GREY[i]) for i in range(N)}
    ),
    "zip, equal channels": lambda folder: packed(
        folder / "a.zip",
        {f"{i % 3}/{i:03}.png": png(np.repeat(GREY[i][..., None], 3, -1)) for i in range(N)},
    ),
}


@pytest.mark.parametrize("kind", _IMAGES)
def test_grey_images_and_their_labels(kind: str, tmp_path: Path) -> None:
    answer, arrays = brought(_IMAGES[kind](tmp_path), tmp_path, test_share=0.4)
    assert answer["image_shape"] == [12, 12, 1]
    assert answer["class_names"] == ["0", "1", "2"]
    assert (answer["n_train"], answer["n_test"]) == (18, 12)
    assert answer["class_counts"] == [10, 10, 10]
    assert np.bincount(arrays["test_labels"]).tolist() == [4, 4, 4]
    assert "(seed 0): the file has no split" in " ".join(answer["notes"])
    images, labels = _whole(arrays, "images"), _whole(arrays, "labels")
    assert images.dtype == np.uint8
    for image, label in zip(images[..., 0], labels, strict=True):
        (row,) = np.flatnonzero((image == GREY).all(axis=(1, 2)))
        assert label == LABELS[row]


def test_a_split_of_the_file_stays(tmp_path: Path) -> None:
    parts = {"train": slice(0, 15), "val": slice(15, 20), "test": slice(20, N)}
    arrays = {f"{part}_images": GREY[rows] for part, rows in parts.items()}
    labels = {f"{part}_labels": LABELS[rows] for part, rows in parts.items()}
    answer, written = brought(npz(tmp_path / "a.npz", **arrays, **labels), tmp_path)
    np.testing.assert_array_equal(written["train_images"][..., 0], GREY[:20])
    np.testing.assert_array_equal(written["test_images"][..., 0], GREY[20:])
    np.testing.assert_array_equal(written["test_labels"], LABELS[20:])
    assert "validation images were added to its training images" in answer["notes"][0]


def test_folders_of_training_and_test_images_are_the_split(tmp_path: Path) -> None:
    members = {
        f"d/{'train' if i < 20 else 'test'}/{'cat' if i % 2 else 'dog'}/{i:02}.png": png(GREY[i])
        for i in range(N)
    }
    answer, written = brought(packed(tmp_path / "a.zip", members), tmp_path)
    assert (answer["n_train"], answer["n_test"]) == (20, 10)
    assert answer["class_names"] == ["cat", "dog"]
    assert written["test_labels"].tolist() == [0] * 5 + [1] * 5


def test_pictures_of_any_kind_become_one_square(tmp_path: Path) -> None:
    folder = tmp_path / "pets" / "all"
    folder.mkdir(parents=True)
    image = np.full((40, 20, 3), (255, 0, 0), np.uint8)
    half = np.dstack([image, np.full((40, 20), 0, np.uint8)])
    for i in range(12):
        kinds = {
            "rgb.png": png(image),
            "palette.png": png(image, "P"),
            "alpha.png": png(half),
            "deep.png": png(np.full((40, 20), 65535, np.uint16)),
            "grey.jpg": png(image[..., 0], format="JPEG"),
            "bits.gif": png(image, "1", format="GIF"),
            "cmyk.tif": png(image, "CMYK", format="TIFF"),
            "other.webp": png(image, format="WEBP", lossless=True),
        }
        for name, content in kinds.items():
            (folder / f"{i}-{name}").write_bytes(content)
    answer, arrays = brought(tmp_path / "pets", tmp_path)
    assert answer["image_shape"] == [40, 40, 3]
    assert answer["class_names"] == []
    images = _whole(arrays, "images")
    assert images.shape == (96, 40, 40, 3)
    # Red ones, and white ones: what is seen through, and the brightest of 16 bits.
    middle = {tuple(colour) for colour in images[:, 20, 20].tolist()}
    assert {(255, 0, 0), (255, 255, 255)} <= middle
    told = " ".join(answer["notes"])
    assert "resized from 40 × 20 to 40 × 40 pixels" in told
    assert "seen through are shown on white" in told
    assert "more than 8 bits" in told


@pytest.mark.parametrize(
    ("fit", "corner", "middle"), [("pad", 9, 200), ("crop", 200, 200), ("stretch", 9, 200)]
)
def test_what_is_not_square_is_fitted_as_asked(
    fit: str, corner: int, middle: int, tmp_path: Path
) -> None:
    image = np.full((16, 64), 200, np.uint8)
    image[:, :8] = image[:, -8:] = 9
    path = npz(tmp_path / "a.npz", x=np.repeat(image[None], 10, 0))
    answer, arrays = brought(path, tmp_path, fit=fit, side=16)
    images = _whole(arrays, "images")
    assert images.shape == (10, 16, 16, 1)
    assert abs(int(images[0, 8, 0, 0]) - corner) < 40
    assert images[0, 8, 8, 0] == middle
    assert "All images were resized from 16 × 64 to 16 × 16" in " ".join(answer["notes"])


def test_images_larger_than_is_allowed_become_smaller(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", x=np.zeros((10, 3, 300, 300), np.uint8))
    answer, _ = brought(path, tmp_path)
    assert answer["image_shape"] == [128, 128, 1]  # black: no channel tells more than another
    assert "Channels come first in the file" in answer["notes"][0]


@pytest.mark.parametrize(
    ("values", "white", "sentence"),
    [
        (np.array([-1.0, 1.0]), 1, "−1 is black, 1 is white"),
        (np.array([0, 16]), 16, "The brightest pixel is 16"),
        (np.array([0, 1]), 1, "1 is shown white"),
        (np.array([-2.5, 7.5]), 7.5, "Pixels go from -2.5 to 7.5"),
        (np.array([0, 4000]), 4095, "12 bits"),
    ],
)
def test_the_scale_of_the_pixels_is_found_and_told(
    values: np.ndarray, white: float, sentence: str, tmp_path: Path
) -> None:
    x = np.repeat(values, 32)[None].repeat(12, 0).reshape(12, 8, 8)
    answer, arrays = brought(npz(tmp_path / "a.npz", x=x), tmp_path)
    assert sentence in " ".join(answer["notes"])
    assert arrays["train_images"].min() == 0
    assert arrays["train_images"].max() == round(255 * values.max() / white)


_CODES: dict[str, Callable[[Path], Path]] = {
    "npz": lambda folder: npz(folder / "a.npz", z=CODES, y=LABELS),
    "npz, x": lambda folder: npz(folder / "a.npz", x=CODES, y=LABELS),
    "csv": lambda folder: csv(folder / "a.csv", CODES, LABELS, "class,a,b,c,d,e"),
    "parquet": lambda folder: parquet(
        folder / "a.parquet", {"embedding": CODES.tolist(), "label": LABELS}
    ),
    "parquet, columns": lambda folder: parquet(
        folder / "a.parquet", {f"z{i}": CODES[:, i] for i in range(5)} | {"label": LABELS}
    ),
}


@pytest.mark.parametrize("kind", _CODES)
def test_codes_without_a_model(kind: str, tmp_path: Path) -> None:
    answer, arrays = brought(_CODES[kind](tmp_path), tmp_path)
    assert answer["image_shape"] == [0, 0, 0]
    assert (answer["n_train"], answer["n_test"], answer["z_dim"]) == (0, N, 5)
    np.testing.assert_array_equal(arrays["test_labels"], LABELS)
    kept = np.load(tmp_path / "written" / "codes.npz")["z_mean"]
    np.testing.assert_allclose(kept, CODES, rtol=1e-6)


def test_codes_keep_the_images_beside_them(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", z_mean=CODES, z_log_var=CODES, x=COLOUR)
    answer, arrays = brought(path, tmp_path, side=10)
    assert answer["image_shape"] == [10, 10, 3]
    assert arrays["test_images"].shape == (N, 10, 10, 3)
    assert set(np.load(tmp_path / "written" / "codes.npz").files) == {"z_mean", "z_log_var"}


def test_class_names_are_given_or_read(tmp_path: Path) -> None:
    columns = {"image": [png(x) for x in GREY], "label": LABELS}
    names = ["plane", "car", "bird"]
    answer, _ = brought(parquet(tmp_path / "a.parquet", columns, names), tmp_path)
    assert answer["class_names"] == names
    given = ImportSpec(class_names=("a", "b", "c"))
    folder = tmp_path / "given"
    folder.mkdir()
    assert read(str(npz(tmp_path / "a.npz", x=GREY, y=LABELS)), "a", given, str(folder))[
        "class_names"
    ] == ["a", "b", "c"]
    with pytest.raises(ExplorerError, match=r"There are 3 different labels \(0, 1, 2\): give a na"):
        read(str(tmp_path / "a.npz"), "a", ImportSpec(class_names=("a",)), str(folder))


def test_texts_are_classes_in_the_order_of_people(tmp_path: Path) -> None:
    labels = np.array([["cat 10", "cat 2", " Dog "][i % 3] for i in range(N)])
    answer, _ = brought(npz(tmp_path / "a.npz", x=GREY, y=labels), tmp_path)
    assert answer["class_names"] == ["cat 2", "cat 10", "Dog"]


def test_without_labels_there_are_no_classes(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", x=GREY, y=LABELS)
    answer, arrays = brought(path, tmp_path, labels="none")
    assert answer["class_names"] == []
    assert answer["class_counts"] == [N]
    assert not _whole(arrays, "labels").any()


def test_the_split_is_of_each_class_the_same_share_and_decided_by_the_seed() -> None:
    labels = np.repeat([0, 1, 2], [500, 50, 10])
    tested = drawn(labels, 0.2, 0)
    assert np.bincount(labels[tested]).tolist() == [100, 10, 2]
    np.testing.assert_array_equal(tested, drawn(labels, 0.2, 0))
    assert (tested != drawn(labels, 0.2, 1)).any()
    assert drawn(labels, 1.0, 0).all()


def test_a_shape_that_is_no_square_can_be_given(tmp_path: Path) -> None:
    faces = np.zeros((12, 560), np.uint8)
    faces[:, :20] = 255  # the first row of pixels
    _, arrays = brought(csv(tmp_path / "a.csv", faces), tmp_path, shape="28x20", side=28)
    image = arrays["train_images"][0, ..., 0]
    assert image[0, 14] > 200
    assert image[14, 14] == 0


def test_a_picture_that_is_turned_is_seen_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    wide = np.zeros((8, 16, 3), np.uint8)
    members = {f"{i}.jpg": png(wide, format="JPEG", exif=exif) for i in range(12)}
    answer, _ = brought(packed(tmp_path / "a.zip", members), tmp_path)
    assert "from 16 × 8 to 16 × 16" in " ".join(answer["notes"])
