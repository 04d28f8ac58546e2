"""Map: the scatter plot of a latent space, and what a click or a lasso finds in it."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.projection import (
    ACCURACY_SAMPLE,
    QUALITY_NEIGHBORS,
    QUALITY_SAMPLE,
    Projection,
)
from explorer.ui.components import gallery as galleries
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.plot import plot
from explorer.ui.components.preview import preview
from explorer.ui.components.scatter_map import scatter_map
from explorer.ui.map import form, inspector
from explorer.ui.map.colours import Colour
from explorer.ui.shared import cached, projections, state
from explorer.ui.shared.fragment import fragment


def _caption(checkpoint: Checkpoint, view: Projection) -> str:
    spec = view.spec
    explanation = spec.method.caption
    if spec.space == "latent" and spec.data_axes and checkpoint.z_dim == len(spec.data_axes):
        explanation = "All axes of the latent space as they are: this is the space itself."
    options = f", {spec.method.settings}, seed {spec.seed}" if spec.method.settings else ""
    n, drawn = len(cached.codes(cached.key(checkpoint)).labels), len(view.indices)
    which = f"{drawn:,}" if drawn == n else f"{drawn:,} of {n:,} (drawn at random)"
    accuracy = "" if view.knn_accuracy is None else f" · kNN accuracy **{view.knn_accuracy:.1%}**"
    return (
        f"{spec.method.title} of {which} test images, by "
        f"{projections.SPACE_TEXTS[spec.space]}{options} · trustworthiness "
        f"**{view.trustworthiness:.3f}**{accuracy}. {explanation}"
    )


_HELP = (
    f"Trustworthiness: how many of a point's {QUALITY_NEIGHBORS} nearest neighbours in the picture "
    f"are near in the data too (1 is best; on {QUALITY_SAMPLE:,} of the points). kNN accuracy: "
    f"share of points (of at most {ACCURACY_SAMPLE:,}) whose {QUALITY_NEIGHBORS} neighbours in the "
    "picture vote for their label."
)


def _explore(checkpoint: Checkpoint, view: Projection, colour: Colour) -> None:
    scatter, side = st.columns([8, 3], gap="medium")
    chart = f"map-{view.spec.n_components}d"
    with scatter:
        drawing = colour.draw(checkpoint, view)
        alt = f"Scatter plot of {len(view.indices):,} test images"
        if view.spec.n_components == 2:
            scatter_map(checkpoint, view, drawing.color, key=chart, alt=alt, group="map")
        else:
            figure = drawing.figure()
            plot(figure, key=chart, alt=alt, height=640, selectable=True, group="map")
        if drawing.note:
            st.caption(drawing.note)
        st.caption(_caption(checkpoint, view), help=_HELP)
    with side:
        _point(checkpoint, view, chart)
    _group(checkpoint)
    preview(checkpoint, [chart, "neighbours", "lasso-gallery", "paper"], "images")


@fragment()
def _point(checkpoint: Checkpoint, view: Projection, chart: str) -> None:
    n = len(cached.codes(cached.key(checkpoint)).labels)
    point = state.point(checkpoint.dataset, n)
    plots.pick_point(chart, point, state.choose_point)
    if point is None:
        inspector.nothing_yet(checkpoint, n)
        return
    inspector.inspect(checkpoint, point)
    if point not in view.indices:
        st.caption("This image is not among the points of the picture.")


@fragment()
def _group(checkpoint: Checkpoint) -> None:
    n = len(cached.codes(cached.key(checkpoint)).labels)
    picked = plots.pick_group("map", checkpoint.dataset)
    # In the order of the data: the chart tells them class by class, and the first would be of one.
    rows = np.array(sorted(row for row in picked if 0 <= row < n), int)
    if len(rows):
        inspector.group(checkpoint, rows)


def _paper_rows(checkpoint: Checkpoint, n: int = 16) -> None:
    try:
        originals = cached.originals(checkpoint)
    except ExplorerError:
        originals = None
    title = "Reconstructions" if originals is None else "Originals over reconstructions"
    st.subheader(title, anchor=False)
    test = cached.codes(cached.key(checkpoint))
    which = st.segmented_control(
        "Which images",
        ["first", "median", "worst"],
        default="first",
        required=True,
        format_func={
            "first": "the first",
            "median": "of median error",
            "worst": "of largest error",
        }.__getitem__,
        label_visibility="collapsed",
    )
    order = np.argsort(test.reconstruction_error)
    n = min(n, len(order))
    middle = len(order) // 2 - n // 2
    rows = {
        "first": np.arange(n),
        "median": order[middle : middle + n],
        "worst": order[: -n - 1 : -1],
    }
    shown = rows[str(which)]
    reconstructions = cached.decode(checkpoint, test.latent.z_mean[shown])
    tiles = [
        Tile(image, alt="reconstruction", index=int(row))
        for image, row in zip(reconstructions, shown, strict=True)
    ]
    if originals is None:
        st.caption("The original images are not on this machine.")
    else:
        tiles = [
            Tile(image, alt="original", index=int(row))
            for image, row in zip(originals[shown], shown, strict=True)
        ] + tiles
    gallery(tiles, key="paper", columns=n, on_click=_choose_from_paper)


def _choose_from_paper() -> None:
    state.choose_point(galleries.clicked("paper"))


def _show(checkpoint: Checkpoint) -> None:
    choice = form.choose(checkpoint)
    view = projections.provide(checkpoint, choice.spec)
    if view is not None:
        _explore(checkpoint, view, choice.colour)
    _paper_rows(checkpoint)


if (chosen := state.checkpoint()) is not None:
    _show(chosen)
