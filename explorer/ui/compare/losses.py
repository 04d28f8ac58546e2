"""Which images does which model lose: errors of each class and of each image; both trainings."""

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets, figures
from explorer.core.memory import keep
from explorer.figures import comparison
from explorer.ui.compare import maps
from explorer.ui.compare.form import Choice
from explorer.ui.compare.spaces import unit
from explorer.ui.components.plot import plot
from explorer.ui.map import pictures
from explorer.ui.shared import cached, naming, text
from explorer.ui.shared.cached import Key

_SHOWN = 10
_HEIGHT = 380


def draw(choice: Choice) -> None:
    """Draw the errors by image and by class, and the images that one model loses."""
    if (reason := _alone(choice, "their errors cannot be compared")) is not None:
        st.caption(reason)
        return
    left, right = choice.models
    labelled = naming.labelled(left)
    by_image, by_class = st.columns(2, gap="medium") if labelled else (st.container(), None)
    with by_image:
        st.markdown("**Each image:** above the line the left model draws it better")
        plot(
            _images(*choice.keys),
            key="image-losses",
            name=maps.NAME,
            group=maps.group(choice),
            alt=f"Error of each test image by {left.name} against that by {right.name}",
            height=_HEIGHT,
            selectable=True,
        )
    if by_class is not None:
        with by_class:
            st.markdown("**Each class:** the mean of its images")
            alt = "Mean reconstruction error of each class, for both models"
            plot(_classes(*choice.keys), key="class-losses", alt=alt, height=_HEIGHT)
    errors = [cached.codes(key).reconstruction_error for key in choice.keys]
    order = np.argsort(errors[1] - errors[0], kind="stable")
    for column, (better, worse), rows, side in zip(
        st.columns(2, gap="medium"),
        ((left, right), (right, left)),
        (order[::-1], order),
        maps.SIDES,
        strict=True,
    ):
        with column:
            st.markdown(f"**{text.plain(better.name)}** keeps, {text.plain(worse.name)} loses")
            pictures.draw(better, rows, f"lost-{side}", _SHOWN)
    st.caption("The test images whose errors differ most. Click one to see both draw it.")


@keep(8)
def _images(left: Key, right: Key) -> str:
    errors = {key.name: cached.codes(key).reconstruction_error for key in (left, right)}
    checkpoint = checkpoints.get(left.name)
    names = datasets.info(checkpoint.dataset).class_names
    labels = cached.codes(left).labels
    return figures.to_json(comparison.image_losses(errors, labels, names, unit(checkpoint)))


@keep(8)
def _classes(left: Key, right: Key) -> str:
    checkpoint = checkpoints.get(left.name)
    names = list(datasets.info(checkpoint.dataset).class_names)
    labels = cached.codes(left).labels
    sizes = np.maximum(np.bincount(labels, minlength=len(names)), 1)
    means = {
        key.name: np.bincount(labels, cached.codes(key).reconstruction_error, len(names)) / sizes
        for key in (left, right)
    }
    return figures.to_json(comparison.class_losses(means, names, unit(checkpoint)))


def curves(choice: Choice) -> None:
    """Draw the losses of both trainings over each other."""
    if (reason := _alone(choice, "their curves have no common scale")) is not None:
        st.caption(reason)
        return
    histories = {each.name: each.history() for each in choice.models}
    figure = comparison.curves(histories, unit(choice.models[0]))
    alt = "Reconstruction loss of both trainings, epoch by epoch"
    plot(figures.to_json(figure), key="compare-curves", alt=alt, height=300)
    st.caption("Reconstruction loss of images that were not trained on, epoch by epoch.")


def _alone(choice: Choice, therefore: str) -> str | None:
    """Return why losses cannot be compared, or None."""
    if len(choice.models) == 1:
        return "Both sides are the same model: choose another checkpoint to compare losses."
    for each in choice.models:
        if not each.model.decodes:
            return (
                f"{text.plain(each.name)} has no losses: its codes were imported without a model."
            )
    left, right = (unit(each) for each in choice.models)
    if left == right:
        return None
    return f"The two were trained on other losses ({left} and {right}): {therefore}."
