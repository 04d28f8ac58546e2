"""What Python and the browser tell each other: both sides read it from one file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import pytest
from plotly.offline import get_plotlyjs_version

from explorer import checkpoints
from explorer.checkpoints.families import Family
from explorer.projection import ProjectionSpec
from explorer.projection.raw import Raw
from explorer.runs.projections import ProjectionRequest
from explorer.training.snapshots import Snapshot, Snapshots
from explorer.ui.components import contract, frontend, plot, typescript
from explorer.ui.components.bars import code_bars
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.pad import latent_pad
from explorer.ui.components.preview import preview
from explorer.ui.components.replay import SmallMap, replay, small_maps
from explorer.ui.components.save import save_maps
from explorer.ui.components.scatter_map import classes, scatter_map
from explorer.ui.components.story import story
from explorer.ui.story import members
from tests.ui.test_pad import make_data


def _gallery() -> None:
    image = np.zeros((2, 3, 1))
    tiles = [Tile(image, "original", role="original"), Tile(image, index=7)]
    gallery(tiles, key="images", columns=2, about=7)


def _replay() -> None:
    images = np.zeros((10, 2, 2, 1), np.uint8)
    points = np.ones((4, 2), np.float32)
    items = tuple(Snapshot(epoch, images, points) for epoch in (1, 2))
    snapshots = Snapshots(images, np.zeros(4, np.uint8), items)
    names = ("cat",)
    replay(
        snapshots,
        key="r",
        name="r",
        epochs=3,
        class_names=names,
        colors=["#ff0000"],
        caption="codes",
        axes=("z₀", "z₁"),
        prior=True,
    )


def _grid() -> None:
    points, labels = np.ones((4, 2), np.float32), np.zeros(4, np.uint8)
    maps = [SmallMap(f"β {beta}", "codes", beta * points, labels) for beta in (1, 2)]
    small_maps(maps, key="g", name="g", columns=2, colors=["#ff0000"], on_click=lambda: None)


def _map() -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(Raw())).compute()
    scatter_map(checkpoint, view, classes(checkpoint), key="map", alt="a map")


def _story() -> None:
    family = Family((checkpoints.get("digits-vae-z2"),) * 2)
    story(members.message(family, 0), key="story")


DRAW: dict[str, Callable[[], object]] = {
    "GalleryData": _gallery,
    "ChartData": lambda: plot.plot("{}", key="map", alt="a map", selectable=True),
    "ScatterMapData": _map,
    "PointData": lambda: plot.pick_point("map", 3, print),
    "GroupData": lambda: plot.pick_group("map", np.array([0, 9]), print),
    "PreviewData": lambda: preview(checkpoints.get("digits-vae-z2"), ["map"], "images"),
    "BarsData": lambda: code_bars(np.ones(3), np.zeros(3), np.ones(3)),
    "PadData": lambda: latent_pad(make_data(), key="pad"),
    "ReplayData": _replay,
    "GridData": _grid,
    "SaveData": lambda: save_maps("maps", "a title", "notes", key="save"),
    "StoryData": _story,
}


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value that went through JSON is what the contract says."""
    if is_typeddict(hint):
        hints = get_type_hints(hint)
        whole = isinstance(value, dict) and value.keys() == hints.keys()
        return whole and all(fits(value[key], hints[key]) for key in hints)
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is list:
        return isinstance(value, list) and all(fits(v, get_args(hint)[0]) for v in value)
    if get_origin(hint) is dict:
        key, member = get_args(hint)
        return isinstance(value, dict) and all(
            type(k) is key and fits(v, member) for k, v in value.items()
        )
    if get_origin(hint) is tuple:
        hints = get_args(hint)
        fitting = isinstance(value, list) and len(value) == len(hints)
        return fitting and all(map(fits, value, hints))
    if get_args(hint):
        return any(fits(value, member) for member in get_args(hint))
    return type(value) is hint or (hint is float and type(value) is int)


@pytest.mark.parametrize(("name", "draw"), DRAW.items(), ids=DRAW)
def test_a_message_is_what_the_contract_says(
    name: str, draw: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted: list[dict[str, Any]] = []
    component = lambda **arguments: mounted.append(arguments) or {}  # noqa: E731
    monkeypatch.setattr(frontend, "_component", lambda: component)
    draw()
    (arguments,) = mounted
    (message,) = json.loads(json.dumps(arguments["data"], allow_nan=False))
    assert fits(message, getattr(contract, name)), message
    heard = {f"on_{told}_change" for told in get_type_hints(contract.Heard)}
    assert arguments.keys() <= {"key", "data", "default", *heard}


def test_every_message_is_drawn_here() -> None:
    assert DRAW.keys() == {member.__name__ for member in get_args(contract.Message)}


def test_the_browsers_side_is_written_from_pythons() -> None:
    for file, content in typescript.sources().items():
        written = file.read_text(encoding="utf-8")
        assert written == content, "run: python -m explorer.ui.components.typescript"


def test_both_sides_have_the_same_plotly() -> None:
    package = Path(typescript.FOLDER.parents[1] / "package.json").read_text(encoding="utf-8")
    assert json.loads(package)["dependencies"]["plotly.js-dist-min"] == get_plotlyjs_version()
