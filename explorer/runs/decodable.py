"""How much of a checkpoint's plane decodes to something like its test images."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.checkpoints import spaces
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent
from explorer.core.storage import content_hash, read_npz, write_npz
from explorer.latent import decodable
from explorer.latent.decodable import Decodable
from explorer.runs.request import Request

VERSION = 2  # raise it when the same spec would give another share
_QUICK = 10**9  # distances × pixels that take about half a second


@dataclass(frozen=True)
class DecodableSpec:
    """How it is measured.

    Attributes:
        side: Places along each axis of the grid.
        images: So many test images at most are searched.
        sample: Of so many of them, and of their reconstructions, the distance to the nearest other
            image is measured.
        quantile: Of these distances: what is as near counts.
        seed: Of both draws.
    """

    side: int = 40
    images: int = 10_000
    sample: int = 2_000
    quantile: float = 0.95
    seed: int = 0


@dataclass(frozen=True)
class DecodableRequest(Request[Decodable]):
    """How much of the plane of a checkpoint with two latent dimensions decodes to the data."""

    spec: DecodableSpec = DecodableSpec()

    @property
    def key(self) -> str:
        """The file's name without its ending."""
        return f"decodable-{content_hash(asdict(self.spec), VERSION)}"

    @property
    def title(self) -> str:
        """What is wanted."""
        return "The share of the plane that decodes to the data"

    @property
    def _file(self) -> Path:
        return checkpoints.get(self.checkpoint).clusterings / f"{self.key}.npz"

    def find(self) -> Decodable | None:
        """Return the result from the checkpoint's folder, or None if it is not there whole."""
        side = self.spec.side
        try:
            kept = read_npz(self._file, "distances", "thresholds", only=True)
        except ExplorerError:
            return None
        distances, thresholds = kept["distances"], kept["thresholds"]
        if distances.shape != (side, side) or thresholds.shape != (2,):
            return None
        if not (np.isfinite(distances).all() and np.isfinite(thresholds).all()):
            return None
        return Decodable(distances, *thresholds.tolist())

    def compute(self, report: Report = silent) -> Decodable:
        """Decode the grid, and search the nearest test image of each place.

        Raises:
            ExplorerError: If the codes do not have two dimensions, the test images are not on this
                machine, or it is stopped.
        """
        checkpoint, spec = checkpoints.get(self.checkpoint), self.spec
        z = checkpoint.codes().latent.z_mean
        codes = decodable.grid(z, spec.side)
        order = np.random.default_rng(spec.seed).permutation(len(z))[: spec.images]
        images = spaces.flat(spaces.originals(checkpoint)[order])
        rows = np.arange(min(spec.sample, len(images)))  # they are in no order
        decoder = checkpoint.decoder()
        search = decodable.nearest_distances
        real = search(images[rows], images, rows, part(report, 0.0, 0.3))
        # Its own image counts: a place that decodes to a reconstruction of it is near.
        drawn = spaces.flat(decoder.decode(z[order[rows]]))
        drawn = search(drawn, images, report=part(report, 0.3, 0.6))
        far = search(spaces.flat(decoder.decode(codes)), images, report=part(report, 0.6, 1.0))
        images_at, drawn_at = (float(np.quantile(each, spec.quantile)) for each in (real, drawn))
        return Decodable(far.reshape(spec.side, spec.side), images_at, drawn_at)

    def keep(self, result: Decodable) -> None:
        """Write the result into the checkpoint's folder."""
        thresholds = np.array([result.images, result.reconstructions])
        write_npz(self._file, distances=result.distances, thresholds=thresholds)

    def is_quick(self) -> bool:
        """Return whether the test images are few and small."""
        checkpoint = checkpoints.get(self.checkpoint)
        n = min(self.spec.images, len(checkpoint.codes().labels))
        asked = self.spec.side**2 + 2 * min(self.spec.sample, n)
        return asked * n * int(np.prod(checkpoint.model.image_shape)) <= _QUICK

    def summary(self, result: Decodable) -> dict[str, Any]:
        """Return the shares, and the distances that they count by."""
        return {
            **asdict(self.spec),
            "share": result.share,
            "share_of_images": result.share_of_images,
            "as near as images": result.images,
            "as near as reconstructions": result.reconstructions,
        }
