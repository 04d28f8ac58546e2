"""The 2-D map of the test images: our own drawing, on which points can be picked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.projection import Projection
from explorer.ui.components.contract import (
    ClassData,
    GroupColorData,
    MarksData,
    ScatterMapData,
    ValueColorData,
)
from explorer.ui.components.frontend import mount
from explorer.ui.server import files
from explorer.ui.shared import cached, naming

Extent = tuple[float, float, float, float]  # left, right, bottom, top
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Groups:
    """Points coloured by the group that they are in.

    Attributes:
        column: Group of each test image, as `files.address` knows it.
        names: Of each group.
        colors: Of each group, #rrggbb or #rrggbbaa.
        order: Of the legend; None: as they are numbered.
    """

    column: str
    names: Sequence[str]
    colors: Sequence[str]
    order: Sequence[int] | None = None


@dataclass(frozen=True)
class Values:
    """Points coloured by a number.

    Attributes:
        column: Number of each test image, as `files.address` knows it.
        title: What the number is.
        low: Where the colour scale begins.
        high: Where it ends.
        scale: Its colours, #rrggbb, evenly spaced.
    """

    column: str
    title: str
    low: float
    high: float
    scale: Sequence[str] = figures.SCALE_COLORS


def classes(checkpoint: Checkpoint) -> Groups:
    """Return the classes of a checkpoint's test images as groups; a nameless one for no labels."""
    names = naming.written(datasets.info(checkpoint.dataset).class_names)
    return Groups("labels", names, [figures.class_color(label) for label in range(len(names))])


def scatter_map(
    checkpoint: Checkpoint,
    view: Projection,
    color: Groups | Values,
    *,
    key: str,
    alt: str,
    group: str | None = None,
    name: str | None = None,
    marks: MarksData | None = None,
    extent: Extent | None = None,
    camera: str | None = None,
    unfinished: bool = False,
    old: bool = False,
) -> None:
    """Draw a map.

    Args:
        checkpoint: Whose test images are on it.
        view: Where they are, in 2-D.
        color: What colours them.
        key: Key of the map.
        alt: What the map shows, in words, for those who cannot see it.
        group: As for `plot.plot`.
        name: By which `plot.pick_point` knows it; maps of one name have one point chosen, and one
            under the pointer. None: `key`.
        marks: What is drawn besides the points.
        extent: What is seen at first; None: all points.
        camera: Maps of one camera show the same place at the same scale; None: each its own.
        unfinished: Whether `view` is still being computed: nothing has kept its points.
        old: Whether another picture is on its way: this one is dimmed.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    frame = files.offer_frame(view.indices, view.embedding) if unfinished else None
    data = message(
        checkpoint, view, color, name=name or key, group=group or key, alt=alt, points=frame
    )
    data["marks"], data["extent"], data["camera"], data["old"] = marks, extent, camera, old
    mount(data, key=key)


def message(
    checkpoint: Checkpoint,
    view: Projection,
    color: Groups | Values,
    *,
    name: str,
    group: str,
    alt: str,
    points: str | None = None,
) -> ScatterMapData:
    """Return what the browser needs to draw a map.

    Args:
        checkpoint: As for `scatter_map`.
        view: As there.
        color: As there.
        name: As there.
        group: As there.
        alt: As there.
        points: Where its points are, as `files.address` knows it; None: where those that were kept
            are.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    spec = view.spec
    latent = spec.data_axes if spec.space == "latent" else None
    whole = latent is not None and len(latent) == checkpoint.z_dim == 2
    line = not view.embedding[:, 1].any()  # one dimension: what is upwards means nothing
    names = spec.method.axis_names(2, spec.space, view.explained_variance)
    labels = classes(checkpoint)
    errors = files.offer_column("error", _errors)
    decodes = checkpoint.model.decodes
    has_images = datasets.info(checkpoint.dataset).has_images
    return {
        "role": "map",
        "name": name,
        "group": group,
        "alt": alt,
        "points": files.address(checkpoint, points or files.offer_points(spec)),
        "old": False,
        "color": color_data(checkpoint, color),
        "axes": (_plain(names[0]), "" if line else _plain(names[1]))
        if spec.method.linear
        else None,
        "place": (latent[0], latent[1]) if latent is not None and whole and decodes else None,
        "spread": None if latent is None else _spread(checkpoint, latent),
        "classes": _named(labels),
        "labels": files.address(checkpoint, labels.column),
        "errors": files.address(checkpoint, errors) if decodes else None,
        "image_shape": checkpoint.model.image_shape if has_images else (1, 1, 1),
        "z_dim": checkpoint.z_dim,
        "model": files.address(checkpoint, "decoder") if decodes else None,
        "codes": files.address(checkpoint, "codes") if decodes else None,
        "images": files.image_address(checkpoint),
        "image": files.single_address(checkpoint),
        "marks": None,
        "extent": None,
        "camera": None,
    }


def _spread(checkpoint: Checkpoint, axes: tuple[int, ...]) -> str | None:
    """Return the address of the standard deviations of q(z|x) along two latent dimensions."""
    if checkpoint.model.kind != "vae" or checkpoint.z_dim < 2:
        return None

    def spread(checkpoint: Checkpoint) -> np.ndarray:
        z_log_var = cached.codes(cached.key(checkpoint)).latent.z_log_var
        assert z_log_var is not None  # a VAE's
        return np.exp(z_log_var[:, list(axes)] / 2)

    name = "-".join(["spread", *map(str, axes)])
    return files.address(checkpoint, files.offer_column(name, spread))


def color_data(checkpoint: Checkpoint, color: Groups | Values) -> GroupColorData | ValueColorData:
    """Return what the browser needs to colour the points of a map.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    column = files.address(checkpoint, color.column)
    if isinstance(color, Values):
        return {
            "kind": "values",
            "column": column,
            "title": _plain(color.title),
            "low": color.low,
            "high": color.high,
            "scale": list(color.scale),
        }
    order = range(len(color.names)) if color.order is None else color.order
    return {
        "kind": "groups",
        "column": column,
        "groups": _named(color),
        "order": [int(number) for number in order],
    }


def _named(groups: Groups) -> list[ClassData]:
    return [
        {"name": name, "color": color}
        for name, color in zip(groups.names, groups.colors, strict=True)
    ]


def _errors(checkpoint: Checkpoint) -> np.ndarray:
    return cached.codes(cached.key(checkpoint)).reconstruction_error


def _plain(text: str) -> str:
    """Return a title without HTML: an index becomes small digits."""
    return re.sub(r"<sub>(.*?)</sub>", lambda found: found[1].translate(_BELOW), text)
