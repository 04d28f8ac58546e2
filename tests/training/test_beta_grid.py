"""Grids of trainings over beta and z_dim."""

from pathlib import Path

import pytest

from explorer import checkpoints
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.training import beta_grid
from tests.training.waiting import ended, small


@pytest.mark.slow
@pytest.mark.usefixtures("folders")
def test_a_grid_is_trained_in_the_queue_and_told_in_a_table() -> None:
    grid = beta_grid.start("grid", small(2), [4.0, 0.01], [3])
    assert grid.trainings == ("grid-z3-b0.01", "grid-z3-b4")
    assert beta_grid.list_grids() == [grid]
    with pytest.raises(ExplorerError, match="already"):
        beta_grid.start("grid", small(2), [1.0], [2])
    for name in grid.trainings:
        assert ended(name).state == "done"
    cells = beta_grid.cells(grid)
    assert [(cell.state, cell.epochs) for cell in cells] == [("done", 2)] * 2
    weak, strong = cells
    assert weak.losses["kl_loss"] > strong.losses["kl_loss"]
    assert weak.spread is not None
    assert strong.spread is not None
    assert weak.spread > strong.spread
    assert weak.active_dimensions is not None
    assert 0 <= weak.active_dimensions <= 3
    assert weak.knn_accuracy is not None
    # Against scikit-learn, leaving each image out.
    from sklearn.model_selection import LeaveOneOut, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    codes = checkpoints.get(weak.name).codes()
    score = cross_val_score(
        KNeighborsClassifier(10), codes.latent.z_mean, codes.labels, cv=LeaveOneOut()
    ).mean()
    assert weak.knn_accuracy == pytest.approx(score, abs=0.01)
    kept = beta_grid.last_snapshot(weak)
    assert kept is not None
    assert [item.epoch for item in kept.items] == [2]


@pytest.mark.parametrize("trainings", [[["a"]], [5], ["../a"], None, 7])
def test_a_damaged_grid_is_left_out_and_a_link_is_not_followed(
    trainings: object, checkpoint_folder: Path, tmp_path: Path
) -> None:
    folder = checkpoint_folder / ".sweeps"
    storage.write_json(folder / "b.json", {"trainings": ["a"], "created": "2026"})
    storage.write_json(folder / "mine.json", {"trainings": trainings, "created": "2026"})
    assert [grid.name for grid in beta_grid.list_grids()] == ["b"]
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert beta_grid.list_grids() == []
    with pytest.raises(ExplorerError, match="is a link"):
        beta_grid.start("new", small(), [1.0], [2])
    assert len(list((tmp_path / "elsewhere").iterdir())) == 2


@pytest.mark.parametrize("n", [0, 25])
def test_a_grid_of_no_or_too_many_trainings_is_refused(n: int) -> None:
    with pytest.raises(ExplorerError, match="1 to 24 trainings"):
        beta_grid.specs(small(), [float(beta) for beta in range(n)], [2])
