"""Which images does which model lose: errors of each class, and the images they disagree about."""

import numpy as np
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.figures import comparison
from explorer.ui.cluster import maps as cluster_maps
from explorer.ui.compare.form import Choice
from explorer.ui.compare.spaces import unit
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, text

_SHOWN = 10


def draw(choice: Choice) -> None:
    """Draw the errors by class, and the images that one model loses and the other does not."""
    both = (choice.left.checkpoint, choice.right.checkpoint)
    if both[0] == both[1]:
        st.caption("Both sides are the same model: choose another checkpoint to compare losses.")
        return
    if unit(both[0]) != unit(both[1]):
        st.caption(
            f"The two were trained on other losses ({unit(both[0])} and {unit(both[1])}): their "
            "errors cannot be compared."
        )
        return
    tests = [cached.codes(cached.key(each)) for each in both]
    names = list(datasets.info(both[0].dataset).class_names)
    labels = tests[0].labels
    means = {
        each.name: np.array(
            [test.reconstruction_error[labels == label].mean() for label in range(len(names))]
        )
        for each, test in zip(both, tests, strict=True)
    }
    chart, images = st.columns([3, 2], gap="medium")
    with chart:
        figure = comparison.class_losses(means, names, unit(both[0]))
        alt = "Mean reconstruction error of each class, for both models"
        plot(figures.to_json(figure), key="class-losses", alt=alt, height=300)
    difference = tests[1].reconstruction_error - tests[0].reconstruction_error
    order = np.argsort(difference, kind="stable")
    with images:
        _images(both[0], both[1], order[::-1], "left")
        _images(both[1], both[0], order, "right")
        st.caption("The test images whose errors differ most. Click one to see both draw it.")


def _images(better: Checkpoint, worse: Checkpoint, rows: np.ndarray, side: str) -> None:
    st.markdown(f"**{text.plain(better.name)}** keeps, {text.plain(worse.name)} loses")
    cluster_maps.pictures(better, rows, f"lost-{side}", _SHOWN)


def curves(choice: Choice) -> None:
    """Draw the losses of both trainings over each other."""
    both = (choice.left.checkpoint, choice.right.checkpoint)
    if both[0] == both[1] or unit(both[0]) != unit(both[1]):
        st.caption(
            "There is one training here."
            if both[0] == both[1]
            else "The two were trained on other losses: their curves have no common scale."
        )
        return
    figure = comparison.curves({each.name: each.history() for each in both}, unit(both[0]))
    alt = "Reconstruction loss of both trainings, epoch by epoch"
    plot(figures.to_json(figure), key="compare-curves", alt=alt, height=300)
    st.caption("Reconstruction loss of images that were not trained on, epoch by epoch.")
