"""The form that says what to train, and what that will take."""

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.models.spec import ACTIVATIONS, ARCHITECTURES, CODE_ACTIVATIONS, LOSSES, ModelSpec
from explorer.training import cost, run_store
from explorer.training.spec import DTYPES, PRESETS, TrainSpec

_KIND_NAMES = {"ae": "Autoencoder", "vae": "Variational (VAE)"}
_LOSS_NAMES = {"bce": "cross-entropy", "mse": "squared error"}
_ARCHITECTURE_NAMES = {
    "cnn": "Convolutions",
    "mlp": "Dense layers",
    "dense": "Dense, sigmoid (source D)",
    "vanilla": "The code alone",
}
_RANDOM = ""
_MAX_BATCH = 10_000
_SAVED = "training form"
_KEY = "train-{}".format


@dataclass(frozen=True)
class Wish:
    """What the form asks for: a training, the name of its checkpoint, and what it will take."""

    spec: TrainSpec
    name: str
    estimate: cost.Estimate


def form(grid: bool = False) -> Wish | None:
    """Draw the form; return what it asks for, or None if that is impossible and it said why.

    Args:
        grid: Whether it is for a grid of trainings, which says itself what they are called, and
            what their latent dimensions and KL weights are.
    """
    _restore()
    st.selectbox(
        "Begin with",
        list(PRESETS),
        format_func=lambda key: PRESETS[key].title,
        key=_KEY("preset"),
        on_change=_take_preset,
        help="Fills in the form with what one of the sources trained, or a quick try.",
    )
    st.caption(PRESETS[st.session_state[_KEY("preset")]].about)
    values = _main_options(grid)
    with st.popover("More options", icon=":material/tune:", width="stretch"):
        values |= _more_options(values)
    st.session_state[_SAVED] = {
        key: st.session_state[key] for key in st.session_state if str(key).startswith(_KEY(""))
    }
    try:
        spec = _spec(values)
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
        return None
    usual = run_store.free_name(spec.default_name)
    known = cost.estimate(spec, _known())
    if grid:
        return Wish(spec, _undrawn("name") or usual, known)
    name = st.text_input(
        "Name",
        key=_KEY("name"),
        placeholder=usual,
        help="Of the new checkpoint. Without one it is named after its data and model.",
    )
    wish = Wish(spec, name.strip() or usual, known)
    _tell(wish)
    return wish


def _undrawn(option: str) -> Any:
    """Return the value of a widget that is not drawn; Streamlit would forget it."""
    value = st.session_state[_KEY(option)] = st.session_state[_KEY(option)]
    return value


def _main_options(grid: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    fixed = bool(st.session_state[_KEY("start")])
    if grid:
        _undrawn("kind")
        values["kind"] = "vae"
    else:
        values["kind"] = st.segmented_control(
            "Kind",
            list(_KIND_NAMES),
            format_func=_KIND_NAMES.__getitem__,
            key=_KEY("kind"),
            required=True,
            disabled=fixed,
            help="An autoencoder learns a code for each image. A variational autoencoder (VAE) "
            "also keeps the codes near the origin and without holes: new codes decode well.",
        )
    left, right = st.columns(2)
    values["dataset"] = left.selectbox(
        "Data",
        list(datasets.DATASETS),
        format_func=lambda name: datasets.info(name).title,
        key=_KEY("dataset"),
        disabled=fixed,
    )
    values["architecture"] = right.selectbox(
        "Layers",
        list(ARCHITECTURES),
        format_func=_ARCHITECTURE_NAMES.__getitem__,
        key=_KEY("architecture"),
        disabled=fixed,
        on_change=_forget_layers,
        help="; ".join(f"**{_ARCHITECTURE_NAMES[k]}**: {v.help}" for k, v in ARCHITECTURES.items()),
    )
    if grid:
        values |= {option: _undrawn(option) for option in ("z_dim", "beta")}
    else:
        values["z_dim"], values["beta"] = _z_dim_and_beta(fixed, values["kind"] == "vae")
    left, _ = st.columns(2)
    values["epochs"] = left.number_input(
        "Epochs",
        1,
        10_000,
        key=_KEY("epochs"),
        help="How often every training image is seen. It can be stopped at any time.",
    )
    return values


def _z_dim_and_beta(fixed: bool, vae: bool) -> tuple[int, float]:
    left, right = st.columns(2)
    z_dim = left.number_input(
        "Latent dimensions",
        1,
        512,
        key=_KEY("z_dim"),
        disabled=fixed,
        help="How many numbers an image is squeezed into. Two can be drawn as they are; "
        "10 to 30 keep more detail.",
    )
    beta = right.number_input(
        "β (KL weight)",
        0.0,
        1000.0,
        step=0.5,
        key=_KEY("beta"),
        disabled=not vae,
        help="1 is the plain VAE; larger: rounder and emptier codes, blurrier images; near 0 it "
        "becomes an autoencoder.",
    )
    return z_dim, beta


def _more_options(chosen: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    vae = chosen["kind"] == "vae"
    fixed = bool(st.session_state[_KEY("start")])
    values["start"] = st.selectbox(
        "Start from",
        [_RANDOM, *(item.name for item in _known())],
        format_func=lambda name: name or "random weights",
        key=_KEY("start"),
        on_change=_take_start,
        help="Train an existing checkpoint further: a new checkpoint begins with its weights and "
        "trains the epochs above; the old one stays. The optimiser begins anew, because "
        "checkpoints do not keep its state, so the loss may jump a little at first.",
    )
    values["widths"] = st.text_input(
        "Widths of the hidden layers",
        key=_KEY("widths"),
        placeholder=" ".join(map(str, ARCHITECTURES[chosen["architecture"]].widths)) or "none",
        disabled=fixed,
        help="Filters of each convolution, or units of each dense layer, from the image to the "
        "code; the decoder mirrors them. Empty: as the layers' kind has them.",
    )
    left, right = st.columns(2)
    values["loss"] = left.selectbox(
        "Loss of a pixel", LOSSES, format_func=_LOSS_NAMES.__getitem__, key=_KEY("loss")
    )
    values["learning_rate"] = right.number_input(
        "Learning rate",
        1e-6,
        1.0,
        step=5e-4,
        format="%.5f",
        key=_KEY("learning_rate"),
        help="How large a step the optimiser (Adam) takes. Too large: the loss jumps or fails.",
    )
    values["batch_size"] = left.number_input(
        "Images per step", 1, _MAX_BATCH, key=_KEY("batch_size"), help="Larger is faster per epoch."
    )
    values["kl_warmup"] = right.number_input(
        "KL warm-up (epochs)",
        0,
        10_000,
        key=_KEY("kl_warmup"),
        disabled=not vae,
        help="Epochs over which β grows from 0: helps when codes collapse.",
    )
    values["activation"] = left.selectbox(
        "Activation",
        ["", *ACTIVATIONS],
        format_func=lambda name: name or "as usual",
        key=_KEY("activation"),
        disabled=fixed,
    )
    values["code_activation"] = right.selectbox(
        "Activation of the code",
        ["", *CODE_ACTIVATIONS],
        format_func=lambda name: name or "as usual",
        key=_KEY("code_activation"),
        disabled=fixed or vae,
        help="Of an autoencoder; a VAE's code is linear.",
    )
    values["noise"] = left.number_input(
        "Noise on the input",
        0.0,
        10.0,
        step=0.1,
        key=_KEY("noise"),
        help="The model sees noisy images and must give back clean ones: a denoising autoencoder.",
    )
    values["validation_size"] = right.number_input(
        "Held-out images",
        0,
        59_999,
        step=1000,
        key=_KEY("validation_size"),
        help="Training images that are not trained on but validate. 0: the test images validate.",
    )
    values["l1"] = left.number_input(
        "L1 on the code",
        0.0,
        1000.0,
        step=0.1,
        key=_KEY("l1"),
        help="Pulls each code towards few numbers that are not zero.",
    )
    values["l2"] = right.number_input(
        "L2 on the code", 0.0, 1000.0, step=0.1, key=_KEY("l2"), help="Pulls codes to the origin."
    )
    values["patience"] = left.number_input(
        "Patience (epochs)",
        0,
        10_000,
        key=_KEY("patience"),
        help="Stop when so many epochs brought no better validation loss, and keep the best. "
        "0: never. Needs held-out images.",
    )
    values["seed"] = right.number_input(
        "Seed", 0, 2**31 - 1, key=_KEY("seed"), help="The same seed trains the same model."
    )
    values["dtype"] = st.selectbox(
        "Precision",
        DTYPES,
        key=_KEY("dtype"),
        help="bfloat16 is faster on recent GPUs, and on CPUs that multiply in it.",
    )
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
    training = {key: values[key] for key in TrainSpec.__dataclass_fields__ if key in values}
    return TrainSpec(**training, model=ModelSpec(**model))


def _tell(wish: Wish) -> None:
    known = wish.estimate
    facts = [
        f"**{known.parameters:,}** parameters",
        f"checkpoint of about **{known.checkpoint_bytes / 1e6:.1f} MB**",
    ]
    if known.seconds is None:
        text = "Nothing like it was trained here before, so its time cannot be told."
    else:
        facts.append(f"about **{duration(known.seconds)}** once it runs")
        where = "on another device" if known.elsewhere else "on this machine"
        text = (
            f"The time is an estimate: {known.images_per_second:,.0f} images/s, scaled from what "
            f"{known.measured_on} took {where}; a busy machine is slower."
        )
    st.markdown(" · ".join(facts), help=text)


def duration(seconds: float) -> str:
    """Return a time for people, like "40 s", "3 min" or "2 h 10 min"."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _known() -> list[Checkpoint]:
    return [item for item in checkpoints.list_checkpoints() if isinstance(item, Checkpoint)]


# What the form remembers


def _restore() -> None:
    """Bring back what was filled in before another page was visited; else the first preset."""
    if _KEY("preset") in st.session_state:
        return
    if _SAVED in st.session_state:
        st.session_state.update(st.session_state[_SAVED])
    else:
        st.session_state[_KEY("preset")] = next(iter(PRESETS))
        st.session_state[_KEY("name")] = ""
        _take_preset()


def forget_name() -> None:
    """Let the next training be named after its data and model again."""
    st.session_state[_SAVED][_KEY("name")] = ""
    del st.session_state[_KEY("preset")]


def _take_preset() -> None:
    _fill(PRESETS[st.session_state[_KEY("preset")]].spec)


def _take_start() -> None:
    """Fill in the model of the checkpoint to start from: its layers cannot be changed."""
    name = st.session_state[_KEY("start")]
    if not name:
        return
    try:
        start = checkpoints.get(name)
        batch_size = min(start.training.get("batch_size", 128), _MAX_BATCH)
        epochs = st.session_state[_KEY("epochs")]
        spec = TrainSpec(start.dataset, start.model, epochs, batch_size, start=name)
    except ExplorerError as error:  # it was deleted or damaged since the form was drawn
        st.session_state[_KEY("start")] = _RANDOM
        st.error(str(error), icon=":material/error:")
        return
    _fill(spec)
    st.session_state[_KEY("name")] = run_store.free_name(f"{name}-further")


def _forget_layers() -> None:
    for key in ("widths", "activation", "code_activation"):
        st.session_state[_KEY(key)] = ""


def _fill(spec: TrainSpec) -> None:
    model = asdict(spec.model)
    defaults = ARCHITECTURES[spec.model.architecture]
    # What is the layers' own is left empty: it changes with them.
    for key in ("widths", "activation", "code_activation"):
        if model[key] == getattr(defaults, key) or (
            key == "code_activation" and model["kind"] == "vae"
        ):
            model[key] = ""
    model["widths"] = " ".join(map(str, model["widths"]))
    values = {**asdict(spec), **model}
    for key in ("model", "image_shape"):
        del values[key]
    for key, value in values.items():
        st.session_state[_KEY(key)] = value
