"""How much of a checkpoint's plane decodes to its data, kept beside it."""

from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints import spaces
from explorer.core.errors import ExplorerError
from explorer.runs.decodable import DecodableRequest, DecodableSpec

SPEC = DecodableSpec(side=8)


def test_it_is_measured_once_and_kept(mine: Path) -> None:
    request = DecodableRequest("mine", SPEC)
    assert request.is_quick()
    assert request.find() is None
    found = request.get()
    kept = request.find()
    assert kept is not None
    np.testing.assert_array_equal(kept.distances, found.distances)
    assert (kept.images, kept.reconstructions) == (found.images, found.reconstructions)

    checkpoint = checkpoints.get("mine")
    images = spaces.flat(spaces.originals(checkpoint))
    drawn = spaces.points(checkpoint, "reconstructed")
    far = np.linalg.norm(images[:, None] - images, axis=2)
    np.fill_diagonal(far, np.inf)
    assert found.images == pytest.approx(np.quantile(far.min(axis=1), 0.95), rel=1e-4)
    far = np.linalg.norm(drawn[:, None] - images, axis=2)
    assert found.reconstructions == pytest.approx(np.quantile(far.min(axis=1), 0.95), rel=1e-4)
    assert 0 < found.share <= found.share_of_images <= 1
    assert request.summary(found)["share"] == found.share


def test_a_damaged_file_is_computed_again(mine: Path) -> None:
    request = DecodableRequest("mine", SPEC)
    request.get()
    (file,) = (mine / "clusterings").glob("decodable-*.npz")
    file.write_bytes(b"no archive")
    assert request.find() is None
    assert request.get().share > 0


def test_more_than_a_plane_is_one_sentence() -> None:
    with pytest.raises(ExplorerError, match="Only a plane of codes"):
        DecodableRequest("mnist-ae-dense-z3").compute()
