"""How much of a checkpoint's plane decodes to its data, kept beside it."""

from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints import spaces
from explorer.core.errors import ExplorerError
from explorer.runs.decodable import DecodableRequest, DecodableSpec

SPEC = DecodableSpec(side=8, sample=100)


def test_it_is_measured_once_and_kept(mine: Path) -> None:
    request = DecodableRequest("mine", SPEC)
    assert request.is_quick()
    assert request.find() is None
    found = request.get()
    kept = request.find()
    assert kept is not None
    np.testing.assert_array_equal(kept.distances, found.distances)
    assert kept.threshold == found.threshold

    images = spaces.flat(spaces.originals(checkpoints.get("mine")))
    far = np.linalg.norm(images[:, None] - images[None], axis=2)
    np.fill_diagonal(far, np.inf)
    assert found.threshold == pytest.approx(np.quantile(far.min(axis=1), 0.95), rel=0.1)
    assert 0 < found.share <= 1
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
