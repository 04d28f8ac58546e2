"""The form that says what to train, and what that will take."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, families, names
from explorer.core.errors import ExplorerError
from explorer.core.params import Parameter, parameters
from explorer.models.architectures import ARCHITECTURES
from explorer.models.spec import KINDS, ModelSpec
from explorer.training import cost
from explorer.training.presets import PRESETS
from explorer.training.spec import TrainSpec
from explorer.ui.shared import glossary, state, text
from explorer.ui.shared.form import REMEMBERED
from explorer.ui.train import link

_PARAMETERS = {item.name: item for item in (*parameters(ModelSpec), *parameters(TrainSpec))}
# What depends on the architecture, and changes with it while nothing else is chosen.
_OWN = ("widths", "activation", "code_activation")
# Asked for in the popover.
_MORE_OPTIONS = (
    *("start", "widths", "loss", "output", "optimizer", "momentum", "learning_rate"),
    *("batch_size", "kl_warmup", "initializer", "activation", "code_activation", "noise"),
    *("validation_size", "l1", "l2", "patience", "seed", "dtype"),
)
_RANDOM = ""
_PRESET = "preset"
_STARTED = "training was started"
_KEY = link.key
# Bounds the memory of a step. Other numbers end where JavaScript's whole numbers end.
_HIGHEST = {"batch_size": 10_000}
_HIGHEST_OF_ALL = 2**53 - 1
_LOWEST = {"learning_rate": 1e-6}


@dataclass(frozen=True)
class Request:
    """What the form asks for: a training, the name of its checkpoint, and what it will take."""

    spec: TrainSpec
    name: str
    cost: cost.Cost


def form(grid: bool = False) -> Request | None:
    """Draw the form; return what it asks for, or None if that is impossible and it said why.

    Args:
        grid: Whether it is for a grid of trainings, which says itself what they are called, and
            what their latent dimensions and KL weights are.
    """
    _begin()
    st.selectbox(
        "Begin with",
        list(PRESETS),
        format_func=lambda key: PRESETS[key].title,
        key=_KEY(_PRESET),
        on_change=_take_preset,
        help="Fills in the form with a first try, or with what one of the sources trained.",
        **REMEMBERED,
    )
    glossary.caption(PRESETS[st.session_state[_KEY(_PRESET)]].about)
    values = _main_options(grid)
    # The browser builds these widgets when they are first opened, and then knows nothing of values
    # that an earlier run has sent: each run sends them.
    for option in _MORE_OPTIONS:
        _send(option)
    with st.popover("More options", icon=":material/tune:", width="stretch"):
        values |= _more_options(values)
    try:
        spec = _spec(values)
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return None
    usual = names.free(spec.default_name)
    known = cost.estimate(spec, _known())
    if grid:
        return Request(spec, _send("name") or usual, known)
    name = st.text_input(
        "Name",
        key=_KEY("name"),
        placeholder=usual,
        help="Of the new checkpoint. Without one it is named after its data and model.",
        **REMEMBERED,
    )
    request = Request(spec, name.strip() or usual, known)
    _tell(request)
    return request


def _send(option: str) -> Any:
    """Send a widget's value to the browser, or keep it where none is drawn; return it."""
    value = st.session_state[_KEY(option)] = st.session_state[_KEY(option)]
    return value


def _tell_link() -> None:
    """Let the link say what differs from the preset."""
    preset = st.session_state[_KEY(_PRESET)]
    if preset not in PRESETS:  # what is no browser may send anything
        return
    usual = _values(PRESETS[preset].spec)
    differs = {
        option: st.session_state[_KEY(option)]
        for option, value in usual.items()
        if st.session_state[_KEY(option)] != value
    }
    begun = {} if preset == _FIRST else {_PRESET: preset}
    link.write(begun | differs)


# Of every widget of the form that a link tells of.
_KEPT: dict[str, Any] = {"on_change": _tell_link, **REMEMBERED}
_FIRST = next(iter(PRESETS))


def _ask(box: Any, name: str, **options: Any) -> Any:
    """Draw the widget of a declared parameter in a container; return its value."""
    parameter = _PARAMETERS[name]
    options = {"key": _KEY(name), "help": parameter.help, **_KEPT, **options}
    if parameter.choices is not None:
        titles = parameter.choices
        return box.selectbox(
            parameter.title, list(titles), format_func=titles.__getitem__, **options
        )
    low = _LOWEST.get(name, parameter.kind(parameter.low))
    options = {"min_value": low, "max_value": _highest(parameter), **options}
    return box.number_input(parameter.title, **options)


def _highest(parameter: Parameter) -> Any:
    return parameter.kind(min(parameter.high, _HIGHEST.get(parameter.name, _HIGHEST_OF_ALL)))


def _main_options(grid: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    fixed = bool(st.session_state[_KEY("start")])
    if grid:
        _send("kind")
        values["kind"] = "vae"
    else:
        kind = _PARAMETERS["kind"]
        values["kind"] = st.segmented_control(
            kind.title,
            list(KINDS),
            format_func=KINDS.__getitem__,
            key=_KEY("kind"),
            required=True,
            disabled=fixed,
            help=kind.help,
            **_KEPT,
        )
    left, right = st.columns(2)
    values["dataset"] = left.selectbox(
        "Data",
        _trainable(),
        format_func=lambda name: datasets.info(name).title,
        key=_KEY("dataset"),
        disabled=fixed,
        **_KEPT,
    )
    values["architecture"] = _ask(
        right, "architecture", disabled=fixed, on_change=_forget_architectures_own
    )
    if grid:
        values |= {option: _send(option) for option in ("z_dim", "beta")}
    else:
        left, right = st.columns(2)
        values["z_dim"] = _ask(left, "z_dim", disabled=fixed)
        values["beta"] = _ask(right, "beta", step=0.5, disabled=values["kind"] == "ae")
    left, _ = st.columns(2)
    values["epochs"] = _ask(left, "epochs")
    return values


def _more_options(chosen: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    vae = chosen["kind"] == "vae"
    fixed = bool(st.session_state[_KEY("start")])
    values["start"] = st.selectbox(
        "Start from",
        [_RANDOM, *_starts()],
        format_func=lambda name: name or "random weights",
        key=_KEY("start"),
        on_change=_take_start,
        **REMEMBERED,
        help="Train an existing checkpoint further: a new checkpoint begins with its weights and "
        "trains the epochs above; the old one stays. The optimiser begins anew, because "
        "checkpoints do not keep its state, so the loss may jump a little at first.",
    )
    values["widths"] = st.text_input(
        "Widths of the hidden layers",
        key=_KEY("widths"),
        **_KEPT,
        placeholder=" ".join(map(str, ARCHITECTURES[chosen["architecture"]].widths)) or "none",
        disabled=fixed,
        help="Filters of each convolution, or units of each dense layer, from the image to the "
        "code; the decoder mirrors them. Empty: the architecture's own.",
    )
    left, right = st.columns(2)
    values["loss"] = _ask(left, "loss")
    values["output"] = _ask(right, "output", disabled=fixed)
    values["optimizer"] = _ask(left, "optimizer")
    values["momentum"] = _ask(right, "momentum", step=0.1, disabled=values["optimizer"] != "sgd")
    values["learning_rate"] = _ask(left, "learning_rate", step=5e-4, format="%.5f")
    values["initializer"] = _ask(right, "initializer", disabled=fixed)
    values["batch_size"] = _ask(left, "batch_size")
    values["kl_warmup"] = _ask(right, "kl_warmup", disabled=not vae)
    values["activation"] = _ask(left, "activation", disabled=fixed)
    values["code_activation"] = _ask(right, "code_activation", disabled=fixed or vae)
    values["noise"] = _ask(left, "noise", step=0.1)
    values["validation_size"] = _ask(right, "validation_size", step=1000)
    values["l1"] = _ask(left, "l1", step=0.1)
    values["l2"] = _ask(right, "l2", step=0.1)
    values["patience"] = _ask(left, "patience")
    values["seed"] = _ask(right, "seed")
    values["dtype"] = _ask(st, "dtype")
    return values


def _spec(values: dict[str, Any]) -> TrainSpec:
    words = str(values["widths"]).replace(",", " ").replace("-", " ").split()
    if not all(word.isdecimal() for word in words):
        raise ExplorerError(
            f"Widths must be whole numbers, like 512 256 128. Received: {values['widths']!r}."
        )
    model = {key: values[key] for key in ModelSpec.__dataclass_fields__ if key in values}
    model |= {
        "image_shape": datasets.info(values["dataset"]).image_shape,
        "widths": tuple(map(int, words)),
    }
    if model["kind"] == "ae":
        model |= {"beta": 1.0, "kl_warmup": 0}
    if values["optimizer"] == "adam":
        values["momentum"] = 0.0
    training = {key: values[key] for key in TrainSpec.__dataclass_fields__ if key in values}
    return TrainSpec(**training, model=ModelSpec(**model))


def _tell(request: Request) -> None:
    known = request.cost
    facts = [
        f"**{known.parameters:,}** parameters",
        f"checkpoint of about **{known.checkpoint_bytes / 1e6:.1f} MB**",
    ]
    if known.seconds is None:
        how = "Nothing like it was trained here before, so its time cannot be told."
    else:
        facts.append(f"about **{text.duration(known.seconds)}** once it runs")
        where = "on another device" if known.elsewhere else "on this machine"
        how = (
            f"The time is an estimate: {known.images_per_second:,.0f} images/s, scaled from what "
            f"{known.measured_on} took {where}; a busy machine is slower."
        )
    st.markdown(" · ".join(facts), help=how)


def _trainable() -> list[str]:
    """Return the data sets that have training images: one of codes alone has none."""
    abouts = [datasets.info(name) for name in datasets.names()]
    return [about.name for about in abouts if about.n_train and about.has_images]


def _known() -> list[Checkpoint]:
    found = checkpoints.list_checkpoints()
    return families.members_last(item for item in found if isinstance(item, Checkpoint))


def _starts() -> list[str]:
    """Return the checkpoints whose layers are known: training goes on with those alone."""
    return [item.name for item in _known() if item.model.architecture in ARCHITECTURES]


# What is filled in


def _begin() -> None:
    """Fill in what the link asks for, else the first preset; later only where Back led there."""
    if st.session_state.pop(_STARTED, False):
        st.session_state[_KEY("name")] = ""
    if _KEY(_PRESET) in st.session_state and not state.went_back():
        return
    st.session_state.setdefault(_KEY("name"), "")
    preset = st.session_state[_KEY(_PRESET)] = link.read(_PRESET, PRESETS) or _FIRST
    _fill(PRESETS[preset].spec)
    texts = {
        "dataset": _trainable(),
        "start": _starts(),
        "widths": None,
    }
    for option in _values(PRESETS[preset].spec):
        value = link.read(option, _PARAMETERS.get(option, texts.get(option, ())))
        if value is not None:
            st.session_state[_KEY(option)] = _offered(option, value)


def forget_name() -> None:
    """Let the next training be named after its data and model again."""
    st.session_state[_STARTED] = True


def _take_preset() -> None:
    preset = PRESETS.get(st.session_state[_KEY(_PRESET)])
    if preset is not None:
        _fill(preset.spec)
        _tell_link()


def _take_start() -> None:
    """Fill in the model of the checkpoint to start from: its layers cannot be changed."""
    name = st.session_state[_KEY("start")]
    if not name:
        _tell_link()
        return
    try:
        start = checkpoints.get(name)
        batch_size = start.training.get("batch_size", 128)
        epochs = st.session_state[_KEY("epochs")]
        spec = TrainSpec(start.dataset, start.model, epochs, batch_size, start=name)
    except ExplorerError as error:  # it was deleted or damaged since the form was drawn
        st.session_state[_KEY("start")] = _RANDOM
        st.error(text.sentence(error), icon=":material/error:")
        return
    _fill(spec)
    st.session_state[_KEY("name")] = names.free(f"{name}-further")
    _tell_link()


def _forget_architectures_own() -> None:
    for key in _OWN:
        st.session_state[_KEY(key)] = ""
    _tell_link()


def _fill(spec: TrainSpec) -> None:
    for key, value in _values(spec).items():
        st.session_state[_KEY(key)] = value


def _values(spec: TrainSpec) -> dict[str, Any]:
    """Return what the widgets of the form show for a spec, by option."""
    model = asdict(spec.model)
    own = ARCHITECTURES[spec.model.architecture]
    # What is the architecture's own is left empty: it changes with it.
    for key in _OWN:
        if model[key] == getattr(own, key) or (key == "code_activation" and model["kind"] == "vae"):
            model[key] = ""
    model["widths"] = " ".join(map(str, model["widths"]))
    values = {**asdict(spec), **model}
    for key in ("model", "image_shape"):
        del values[key]
    return {key: _offered(key, value) for key, value in values.items()}


def _offered(option: str, value: Any) -> Any:
    """Return a value within what its widget takes."""
    parameter = _PARAMETERS.get(option)
    if parameter is None or parameter.choices is not None:
        return value
    return max(min(value, _highest(parameter)), _LOWEST.get(option, -math.inf))
