"""Raw axes."""

import numpy as np

from explorer.projection import (
    project,
)
from tests.projection.specs import spec_of


def test_raw_axes_are_the_columns_themselves(blobs):
    x, _ = blobs
    picture = project(x, spec_of("raw", 3, axes=(4, 0, 2)))
    np.testing.assert_array_equal(picture.embedding, x[:, [4, 0, 2]])
    np.testing.assert_array_equal(picture.indices, np.arange(len(x)))
    np.testing.assert_array_equal(project(x, spec_of("raw")).embedding, x[:, :2])
