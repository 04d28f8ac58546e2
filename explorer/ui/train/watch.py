"""Watching trainings: losses, pictures, and what can be done with them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from explorer import checkpoints, datasets, figures, jobs
from explorer.checkpoints import Checkpoint
from explorer.core import access
from explorer.core.access import Visitor
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.figures import losses as curves
from explorer.models.spec import LOSS_UNITS, ModelSpec
from explorer.training import queue, run_store, snapshots
from explorer.training.queue import TrainingJob
from explorer.training.snapshots import Snapshots
from explorer.ui.components.plot import plot
from explorer.ui.components.replay import replay
from explorer.ui.shared import job_status, naming, pages, text
from explorer.ui.shared import state as state_of_page
from explorer.ui.shared.fragment import fragment
from explorer.ui.train import network

CHOSEN = "training"
_EVERY = 1.0  # seconds between two looks at a training under way
_SELDOM = 5.0  # and at one that rests

_STATES = {
    "queued": (":material/hourglass_empty:", "waiting for its turn"),
    "running": (":material/model_training:", "training"),
    "stopping": (":material/hourglass_bottom:", "stopping"),
    "stopped": (":material/pause_circle:", "stopped"),
    "done": (":material/check_circle:", "finished"),
    "failed": (":material/error:", "failed"),
    "interrupted": (":material/bolt:", "interrupted"),
    "elsewhere": (":material/terminal:", "being trained by a command"),
    "damaged": (":material/broken_image:", "damaged"),
}
_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def state_name(state: str) -> str:
    """Return a training's state for people."""
    return _STATES[state][1]


def choose(name: str) -> None:
    """Let this training be the one that is watched."""
    st.query_params[CHOSEN] = name


def watch(model: ModelSpec | None) -> None:
    """Draw the chosen training, or the newest active one, the list of all, and what comes next.

    Args:
        model: What the form describes, or None if that is impossible.
    """
    trainings = queue.list_trainings()
    names = [training.name for training in trainings]
    wanted = st.query_params.get(CHOSEN)
    active = [training.name for training in trainings if training.active]
    name = wanted if wanted in names else next(iter([*active[::-1], *names]), None)
    if name is None:
        st.markdown("**Nothing is being trained.** This is the network that the form describes:")
        if model is not None:
            network.draw(model)
        st.caption(
            "Start it, and the losses fall here, ten test images come into shape, and the latent "
            "space forms itself."
        )
        _damaged_jobs()
        return
    training = next(training for training in trainings if training.name == name)
    # Not in the part that redraws itself: a click there, just as the page is redrawn because the
    # training ended, would be lost.
    _header(training)
    # Another tab may begin again what is stopped here.
    fragment(run_every=_EVERY if active else _SELDOM)(_live)(name, training.state)
    _queue(trainings, name)
    _damaged_jobs()
    if model is not None:
        with st.expander("The network that the form describes"):
            network.draw(model)


def _damaged_jobs() -> None:
    """Name what lies in the jobs folder and cannot be read: it hides none of the others."""
    for reason in jobs.damaged():
        st.caption(
            f":material/warning: {text.sentence(reason)} Delete its folder in the jobs folder."
        )


def _live(name: str, state: str) -> None:
    """Draw how a training is; when it is no longer in that state, redraw the whole page."""
    try:
        training = queue.get(name)
    except ExplorerError:
        st.rerun()
    if training.state != state:
        # Its buttons, the lists and the sidebar tell of it too.
        st.rerun()
    _progress(training)
    if training.unfinished is not None:
        spec = training.unfinished.spec
        validated = "held-out images" if spec.validation_size else "test images"
        _pictures(
            name,
            training.unfinished.history(),
            spec.epochs,
            spec.dataset,
            spec.model,
            validated,
            run_store.folder(name) / run_store.SNAPSHOTS,
            training.active,
        )
    elif training.state == "done":
        try:
            _finished(checkpoints.get(name))
        except ExplorerError as error:
            st.caption(text.sentence(error))


def _finished(checkpoint: Checkpoint) -> None:
    facts = checkpoint.training
    told = [f"{facts.get('epochs', '?')} epochs"]
    if facts.get("seconds") and facts.get("images_per_second"):
        told.append(f"{text.duration(facts['seconds'])} at {facts['images_per_second']:,} images/s")
    st.caption(" · ".join([*told, text.plain(_device(facts))]))
    validation = str(checkpoint.training.get("validation", "test images"))
    _pictures(
        checkpoint.name,
        checkpoint.history(),
        int(checkpoint.training.get("epochs", 1)),
        checkpoint.dataset,
        checkpoint.model,
        "test images" if validation == "test images" else "held-out images",
        checkpoint.snapshots,
        active=False,
    )


def _header(training: TrainingJob) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.header(text.plain(training.name), anchor=False, width="stretch")
    name, state = training.name, training.state
    # A link with the checkpoint in its address would not move the sidebar's choice.
    if state == "done" and row.button(
        "Open on the map",
        icon=":material/scatter_plot:",
        type="primary",
        on_click=_choose_checkpoint,
        args=(name,),
    ):
        # Without parameters of its own it would try to clear the sidebar's, and fail.
        st.switch_page(pages.path("map"), query_params={})
    if access.read_only():
        return
    if not state_of_page.visitor().may_end(training.owner):
        row.caption("Started by another visitor")
        return
    left = training.unfinished
    if state in ("queued", "running", "stopping"):
        hangs = training.job is not None and training.job.silence > 0
        _button(row, "Stop", "stop", name, disabled=state == "stopping" and not hangs)
    elif left is not None and state != "elsewhere":
        complete = left.epochs >= left.spec.epochs
        _button(row, "Finish" if complete else "Resume", "resume", name, kind="primary")
        if left.epochs and not complete:
            _button(row, "Make a checkpoint of it", "keep", name)
        _discard(row, name)
    elif state == "damaged":
        _discard(row, name)
    elif state in ("failed", "done"):
        _button(row, "Remove from this list", "discard", name)


def _discard(row: Any, name: str) -> None:
    """Draw a button that asks once more: it stands where Stop stood a moment ago."""
    with row.popover("Discard", icon=":material/delete:"):
        st.markdown("Delete all that was trained? It cannot be brought back.")
        _button(st.container(), "Delete it", "discard", name, kind="primary")


def _choose_checkpoint(name: str) -> None:
    st.session_state[state_of_page.CHECKPOINT] = name


_ICONS = {"stop": "stop", "resume": "play_arrow", "keep": "save", "discard": "delete"}


def _button(
    row: Any,
    label: str,
    action: str,
    name: str,
    disabled: bool = False,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    row.button(
        label,
        key=f"{action}-{name}",
        icon=f":material/{_ICONS[action]}:",
        type=kind,
        disabled=disabled,
        on_click=_act,
        args=(action, name),
    )


def _act(action: str, name: str) -> None:
    """Do what a button says; what cannot be done is told in a toast."""
    actions: dict[str, Callable[[str, Visitor], object]] = {
        "stop": queue.stop,
        "resume": queue.resume,
        "keep": queue.keep,
        "discard": queue.discard,
    }
    try:
        actions[action](name, state_of_page.visitor())
    except ExplorerError as error:
        st.toast(text.sentence(error), icon=":material/error:")
    if action == "discard":
        st.query_params.pop(CHOSEN, None)
    else:
        choose(name)


def _progress(training: TrainingJob) -> None:
    job, left = training.job, training.unfinished
    icon, told = _STATES[training.state]
    if job is not None and job.active and training.state != "queued":
        time_left = f" · about {text.duration(job.seconds_left)} left" if job.seconds_left else ""
        st.progress(job.fraction, f"{text.sentence(job.message)}{time_left}")
    elif job is not None and training.state == "queued":
        st.markdown(f"{icon} {job_status.queue(job, 'training')}")
    else:
        reason = training.damage or (job.error if job is not None else "")
        error = f": {text.sentence(reason)}" if reason else ""
        epochs = f" after {left.epochs} of {left.spec.epochs} epochs" if left is not None else ""
        st.markdown(f"{icon} {told.capitalize()}{epochs}{error}")
    if left is not None and left.device:
        st.caption(text.plain(_device(left.device)))


def _device(facts: dict[str, Any]) -> str:
    """Return what a training runs on, for people."""
    backend, _, version = str(facts.get("backend", "")).partition(" ")
    title = _BACKENDS.get(backend, backend)
    memory = f", {facts['memory']}" if facts.get("memory") else ""
    return f"{title} {version} on {facts.get('device', 'an unknown device')}{memory}"


def _pictures(
    name: str,
    history: pd.DataFrame,
    epochs: int,
    dataset: str,
    model: ModelSpec,
    validated: str,
    folder: Path,
    active: bool,
) -> None:
    if history.empty:
        if active:
            st.caption("The losses and pictures appear when the first epoch is done.")
        return
    figure = curves.loss_curves(history, epochs, validated, LOSS_UNITS[model.loss])
    last = history.iloc[-1]
    plot(
        figures.to_json(figure),
        key="losses",
        alt=f"Losses of {len(history)} epochs; the last total loss is {last['total_loss']:.2f}",
        height=230,
        follows=name,
    )
    shown = snapshots_of(folder)
    if shown is None:
        if not active:
            killed = "It ended before the first picture of it was kept."
            none = "There are no pictures of this training: a command that ran it keeps none."
            st.caption(killed if snapshots.created(folder) else none)
        return
    names = naming.written(datasets.info(dataset).class_names)
    what = "Codes" if model.z_dim <= 2 else "The two principal components of the codes"
    caption = f"{what} of {len(shown.labels):,} test images"
    replay(
        shown,
        key="film",
        name=name,
        epochs=epochs,
        class_names=names,
        colors=[figures.class_color(label) for label in range(len(names))],
        caption=caption,
        axes=("z₀", "z₁") if model.z_dim <= 2 else ("component 1", "component 2"),
        prior=model.kind == "vae",
    )
    turned = "" if model.z_dim <= 2 else ", turned each time to lie as in the epoch before"
    st.caption(
        f"{caption}{turned}. Drag the slider, or play, to see how they came about: a line marks "
        "the epoch on the curves."
    )


def snapshots_of(folder: Path) -> Snapshots | None:
    """Return the snapshots of the training whose folder this is now, or None if there are none."""
    return _read(str(folder), snapshots.created(folder), tuple(snapshots.epochs(folder)))


@keep(20)
def _read(folder: str, created: int, epochs: tuple[int, ...]) -> Snapshots | None:
    return snapshots.read_all(Path(folder))


def _queue(trainings: list[TrainingJob], chosen: str) -> None:
    if len(trainings) < 2:
        return
    st.markdown("**All trainings**")
    with st.container(height=190 if len(trainings) > 4 else "content", border=False):
        for training in trainings:
            icon, told = _STATES[training.state]
            st.button(
                f"{text.plain(training.name)} · {told}",
                key=f"choose-{training.name}",
                icon=icon,
                type="tertiary",
                disabled=training.name == chosen,
                on_click=choose,
                args=(training.name,),
            )
