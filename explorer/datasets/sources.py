"""Places where the files of data sets may lie."""

import gzip
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets.base import Part, Raw

SHIPPED_FILES = Path(__file__).parent / "files"
DEBIAN_FILES = Path("/usr/share/datasets")

_MAX_BYTES = 1_000_000_000  # of a part's images: whoever runs the app put them there


def cache_folder() -> Path:
    """Return the folder of downloaded data sets (`EXPLORER_CACHE`, else in the user's cache)."""
    default = Path.home() / ".cache" / "latent-explorer"
    return Path(os.environ.get("EXPLORER_CACHE") or default)


def _own_folder() -> Path | None:
    folder = os.environ.get("EXPLORER_DATA")
    return Path(folder) if folder else None


@dataclass(frozen=True)
class Npz:
    """A folder of .npz files with x_train, y_train, x_test and y_test, or of one part alone.

    Attributes:
        folder: Returns the folder, or None if there is none.
        file: Name of a data set's file.
    """

    folder: Callable[[], Path | None]
    file: str = "{name}.npz"
    advice: str = ""

    def has(self, name: str, part: Part) -> bool:
        """Whether the file is there and is not one of the other part alone.

        One that is damaged, or has neither part, counts: so that reading it tells of it.
        """
        path = self._path(name, part)
        if path is None or not path.is_file():
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (OSError, zipfile.BadZipFile):
            return True
        other = "test" if part == "train" else "train"
        return f"x_{part}.npy" in names or f"x_{other}.npy" not in names

    def read(self, name: str, part: Part) -> Raw:
        """Read the part's two arrays."""
        path = self._path(name, part)
        assert path is not None
        arrays = storage.read_npz(path, f"x_{part}", f"y_{part}", only=True, limit=_MAX_BYTES)
        return Raw(arrays[f"x_{part}"], arrays[f"y_{part}"].reshape(-1), str(path))

    def _path(self, name: str, part: Part) -> Path | None:
        folder = self.folder()
        return None if folder is None else folder / self.file.format(name=name, part=part)


OWN = Npz(_own_folder)
SHIPPED = Npz(lambda: SHIPPED_FILES, "{name}_{part}.npz")
CACHE = Npz(cache_folder)


@dataclass(frozen=True)
class Debian:
    """The files of a package of Debian: gzipped IDX, of images of 28 × 28 grey pixels.

    Attributes:
        package: Name of the package, and of its folder with `dataset-` before it.
    """

    package: str

    @property
    def advice(self) -> str:
        """Install the package."""
        return f"install Debian's package {self.package}"

    def has(self, name: str, part: Part) -> bool:
        """Whether images and labels are there."""
        return all(path.is_file() for path in self._files(part))

    def read(self, name: str, part: Part) -> Raw:
        """Unpack both files."""
        images, labels = self._files(part)
        try:
            with gzip.open(images) as file:
                x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
            with gzip.open(labels) as file:
                y = np.frombuffer(file.read(), np.uint8, offset=8)
        except (OSError, EOFError, ValueError) as error:
            raise ExplorerError(
                f"{images.parent} holds a damaged file ({error}): reinstall {self.package}."
            ) from error
        return Raw(x, y, str(images.parent))

    def _files(self, part: Part) -> list[Path]:
        folder = DEBIAN_FILES / self.package.removeprefix("dataset-")
        prefix = "train" if part == "train" else "t10k"
        return [folder / f"{prefix}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]


@dataclass(frozen=True)
class ScikitLearnDigits:
    """The digits that scikit-learn brings: always there."""

    advice: str = ""

    def has(self, name: str, part: Part) -> bool:
        """Return True."""
        return True

    def read(self, name: str, part: Part) -> Raw:
        """Part the images: every third is a test image, the same ones for every seed."""
        from sklearn.datasets import load_digits

        digits = load_digits()
        is_test = np.arange(len(digits.target)) % 3 == 2
        rows = is_test if part == "test" else ~is_test
        return Raw(digits.images[rows].astype(np.uint8), digits.target[rows], "scikit-learn")
