"""Sweeps over a checkpoint's images, kept in its folder."""

import numpy as np
import pytest

from explorer.clustering import default_spec
from explorer.clustering.sweep import SweepSpec
from explorer.core.progress import Progress
from explorer.runs import sweeps
from explorer.runs.sweeps import SweepRequest
from tests.mine import NAME

pytestmark = pytest.mark.usefixtures("mine")


def test_a_sweep_is_kept_and_its_last_frame_is_a_sweep() -> None:
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 4), ("inertia", "accuracy"))
    frames: list[np.ndarray] = []

    def watch(progress: Progress) -> bool:
        if progress.partial is not None and len(progress.partial):
            frames.append(progress.partial)
        return True

    assert SweepRequest(NAME, spec).find() is None
    done = SweepRequest(NAME, spec).get(watch)
    assert done.finished
    kept = SweepRequest(NAME, spec).find()
    assert kept is not None
    np.testing.assert_array_equal(kept.table, done.table)
    np.testing.assert_array_equal(sweeps.partial(spec, frames[-1]).table, done.table)
    assert len(sweeps.partial(spec, frames[0]).table) < 3
    for wrong in (None, np.zeros((2, 9)), np.zeros(3)):
        assert sweeps.partial(spec, wrong).ks.size == 0


def test_a_stopped_sweep_is_what_there_was_and_not_kept() -> None:
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 3, 4))
    part = SweepRequest(NAME, spec).get(lambda p: p.partial is None or len(p.partial) < 2)
    assert part.ks.tolist() == [1, 2]
    assert SweepRequest(NAME, spec).find() is None
