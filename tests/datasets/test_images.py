"""Images that are read where they are taken."""

from pathlib import Path

import numpy as np

from explorer.datasets.images import Images


def test_they_are_an_array_in_all_but_memory(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 17, (2500, 4, 5, 3), np.uint8)
    np.save(tmp_path / "pixels.npy", pixels)
    images = Images(np.load(tmp_path / "pixels.npy", mmap_mode="r"), white=16)
    whole = pixels.astype(np.float32) / 16
    assert images.shape == whole.shape
    assert (len(images), images.size, images.dtype) == (2500, whole.size, whole.dtype)
    np.testing.assert_array_equal(np.asarray(images), whole)
    for rows in (3, slice(None, None, 7), np.array([5, 5, 2]), whole[:, 0, 0, 0] > 0.5):
        np.testing.assert_array_equal(images[rows], whole[rows])
    np.testing.assert_array_equal(np.concatenate([part for _, part in images.chunks()]), whole)
    images[:][:] = 0  # what is taken is one's own
    np.testing.assert_array_equal(images[:], whole)
