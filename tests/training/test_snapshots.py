"""Snapshots of a training."""

from pathlib import Path

import numpy as np

from explorer.training import snapshots


def test_codes_are_turned_to_lie_as_before() -> None:
    random = np.random.default_rng(0)
    codes = (random.normal(size=(300, 5)) * [9, 5, 1, 1, 1]).astype(np.float32)
    before = snapshots.flatten(codes)
    turned = codes @ np.linalg.qr(random.normal(size=(5, 5)))[0].astype(np.float32)
    np.testing.assert_allclose(snapshots.flatten(turned, before), before, atol=1e-3)
    two = codes[:, :2]
    assert snapshots.flatten(two) is not None
    np.testing.assert_array_equal(snapshots.flatten(two, before), two)
    assert snapshots.flatten(codes[:, :1]).shape == (300, 2)


def test_a_damaged_picture_does_not_hide_the_others(tmp_path: Path) -> None:
    images = np.zeros((10, 8, 8, 1), np.float32)
    snapshots.create(tmp_path, images, np.arange(10))
    for epoch in (1, 2, 3):
        snapshots.add(tmp_path, epoch, images, np.zeros((10, 2), np.float32))
    (tmp_path / "0002.npz").write_bytes(b"damaged")
    kept = snapshots.read_all(tmp_path)
    assert kept is not None
    assert [item.epoch for item in kept.items] == [1, 3]
    few = snapshots.read_all(tmp_path, at_most=1)
    assert few is not None
    assert few.items[0].epoch == 3
    assert snapshots.read_all(tmp_path / "nothing") is None
