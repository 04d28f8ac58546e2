"""The panel beside the map: the chosen image, and below it its neighbours or the selection."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.projection import Projection
from explorer.ui.components import plot as plots
from explorer.ui.map import inspector, neighbours, selection
from explorer.ui.shared import cached, selected, state
from explorer.ui.shared.fragment import fragment

_BELOW = "panel"
_TITLES = {"neighbours": "Neighbours", "selection": "Selection"}


@fragment()
def draw(checkpoint: Checkpoint, view: Projection | None, chart: str, group: str) -> None:
    """Draw the panel; a click on the map, or a lasso, draws it anew.

    Args:
        checkpoint: Whose test images are on the map.
        view: Where they are; None while that is being computed.
        chart: Key of the map.
        group: Name of the group of charts that show the selection.
    """
    n = len(cached.codes(cached.key(checkpoint)).labels)
    point = state.point(checkpoint.dataset, n)
    if point is None:
        point = inspector.typical(checkpoint)
    rows = selected.rows(checkpoint)
    inspector.inspect(checkpoint, point)
    if view is not None and point not in view.indices:
        st.caption("This image is not among the points of the picture.")
    st.session_state.setdefault(_BELOW, "selection" if len(rows) else "neighbours")
    below = st.segmented_control(
        "Below the image",
        list(_TITLES),
        format_func=_TITLES.__getitem__,
        required=True,
        key=_BELOW,
        label_visibility="collapsed",
        width="stretch",
    )
    if below == "selection":
        selection.draw(checkpoint, rows)
    else:
        neighbours.draw(checkpoint, point)
    plots.pick_point(chart, point, state.choose_point)
    plots.pick_group(group, rows, lambda picked: _select(checkpoint, picked[picked < n]))


def _select(checkpoint: Checkpoint, rows: np.ndarray) -> None:
    selected.select(checkpoint, rows)
    if len(rows):
        st.session_state[_BELOW] = "selection"
