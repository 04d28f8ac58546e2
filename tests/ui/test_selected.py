"""Sets of points as the browser tells them, and as links keep them."""

import numpy as np
import pytest

from explorer import checkpoints
from explorer.ui.components.bits import packed, unpacked
from explorer.ui.shared import selected, state


@pytest.mark.parametrize("rows", [[], [0], [0, 9], [7, 8, 9, 1000, 100_001]])
def test_a_set_of_points_survives_the_way_to_the_browser_and_back(rows: list[int]) -> None:
    text = packed(np.array(rows, int))
    found = unpacked(text)
    assert found is not None
    assert found.tolist() == rows


def test_a_set_of_points_is_written_as_the_browser_writes_it() -> None:
    assert packed(np.array([0, 9])) == "AQI="


@pytest.mark.parametrize("wrong", [None, 3, [1], "é", "A", "AQI", "<script>"])
def test_what_is_no_set_of_points_is_none(wrong: object) -> None:
    assert unpacked(wrong) is None


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the URL says."""
    url: dict[str, str] = {}

    def keep(name: str, dataset: str, text: str | None) -> None:
        url.pop(name, None)
        if text is not None:
            url[name] = text

    monkeypatch.setattr(state, "linked", lambda name, dataset: url.get(name))
    monkeypatch.setattr(state, "keep", keep)
    return url


def test_a_link_names_a_list_that_the_server_keeps(
    kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    selected.select(checkpoint, np.array([3, 5, 598]))
    assert selected.rows(checkpoint).tolist() == [3, 5, 598]
    assert len(kept["selected"]) < 30
    first = kept["selected"]
    # The oldest are forgotten, and then leave the link.
    monkeypatch.setattr(selected, "_MOST_BYTES", 250)
    for last in range(100, 110):
        selected.select(checkpoint, np.array([last]))
    assert selected.rows(checkpoint).tolist() == [109]
    kept["selected"] = first
    assert selected.rows(checkpoint).tolist() == []
    assert kept == {}


def test_a_class_is_told_by_its_number(kept: dict[str, str]) -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    selected.select_class(checkpoint, 4)
    labels = checkpoint.codes().labels
    assert selected.rows(checkpoint).tolist() == np.flatnonzero(labels == 4).tolist()
    assert selected.label(checkpoint) == 4
    selected.select(checkpoint, np.empty(0, int))
    assert kept == {}
