"""The colours of classes: the first ten, and how they go on."""

import re

from explorer.figures import CLASS_COLORS, CYCLE_COLORS, HUE_COLORS, class_color


def test_no_two_of_five_hundred_classes_share_a_colour() -> None:
    colors = [class_color(index) for index in range(512)]
    assert tuple(colors[:10]) == CLASS_COLORS
    assert len(set(colors)) == len(colors)
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


def test_scales_of_angles_end_as_they_begin() -> None:
    for scale in (CYCLE_COLORS, HUE_COLORS):
        assert scale[0] == scale[-1]
        assert len(set(scale)) == len(scale) - 1
