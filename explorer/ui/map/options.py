"""The options of a projection: of one checkpoint each, and told by links.

A link says `options=perplexity-12~seed-3`: what differs from the defaults. It counts when a
session begins, and where Back leads; else the session knows them by checkpoint and method.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint, spaces
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.core.params import Parameter, parameters
from explorer.projection import ProjectionSpec
from explorer.projection.base import Method
from explorer.ui.shared import cached, form, state
from explorer.ui.shared.cached import Key

OPTIONS = "options"
_KEPT = "options of projections"
_COMPUTED = "options computed"
# Images whose pixels tell which ones vary most.
_LOOKED_AT = 2_000

_OF_EVERY_JOB = [
    parameter
    for parameter in parameters(ProjectionSpec)
    if parameter.name in ("sample_size", "seed")
]


def ask(checkpoint: Checkpoint, method: type[Method], n: int, space: str) -> dict[str, Any]:
    """Draw the options of a method, behind a button; return those in use.

    Args:
        checkpoint: Whose points are projected.
        method: How.
        n: Into so many dimensions, 2 or 3.
        space: In which the points are.
    """
    asked = list(parameters(method))
    usual = {parameter.name: parameter.default for parameter in asked}
    highest: dict[str, float] = {}
    place: tuple[object, ...] = (checkpoint.name, method.name)
    if not method.quick:
        asked = [*asked, *_OF_EVERY_JOB]
        usual |= {parameter.name: parameter.default for parameter in _OF_EVERY_JOB}
    elif "axes" in usual:
        first = first_axes(checkpoint, space, n)
        if len(first) < n:
            asked, usual = [], {}  # on one dimension there is nothing to choose
        else:
            usual = {"axes": first}
            highest = {"axes": spaces.width(checkpoint, space) - 1}
            place += (space, n)
    kept: dict[tuple[object, ...], dict[str, Any]] = st.session_state.setdefault(_KEPT, {})
    if _COMPUTED not in st.session_state or state.went_back():
        kept[place] = read(asked, st.query_params.get(OPTIONS, ""), usual, highest)
        st.session_state[_COMPUTED] = st.session_state.get(_COMPUTED, 0) + 1
    values = usual | kept.get(place, {})
    # Another key is another button: it closes.
    computed = st.session_state[_COMPUTED]
    with st.popover("Options", icon=":material/tune:", key=f"options-{computed}"):
        if not asked:
            st.caption(f"{method.title} has no options.")
        else:
            with st.form(f"options of {' '.join(map(str, place))}", border=False):
                key = "-".join(map(str, (*place, computed)))
                entered = form.draw(asked, key, defaults=values, highest=highest)
                label = "Show" if method.quick else "Compute"
                if st.form_submit_button(label, type="primary", width="stretch"):
                    kept[place] = {k: v for k, v in entered.items() if v != usual[k]}
                    st.session_state[_COMPUTED] += 1
                    st.rerun()
    _tell(kept.get(place, {}))
    return values


def read(
    asked: Sequence[Parameter],
    text: str,
    usual: Mapping[str, Any],
    highest: Mapping[str, float],
) -> dict[str, Any]:
    """Return the options that a link tells; none of them if one cannot be.

    Args:
        asked: The parameters that there are.
        text: What the link says.
        usual: Their values where none is given; a tuple as long as those that are allowed.
        highest: Largest values of some, where this checkpoint's are below the parameters' own.
    """
    known = {parameter.name: parameter for parameter in asked}
    found: dict[str, Any] = {}
    try:
        for part in filter(None, text.split("~")):
            name, _, value = part.partition("-")
            parameter = known[name]
            found[name] = parameter.checked(_value(parameter, value))
            numbers = found[name] if parameter.many else (found[name],)
            if parameter.many and len(numbers) != len(usual[name]):
                return {}
            if parameter.choices is None:
                low, high, _ = parameter.slider or (parameter.low, parameter.high, 1)
                high = min(high, highest.get(name, high))
                if not all(low <= number <= high for number in numbers):
                    return {}
    except (KeyError, ValueError, OverflowError, ExplorerError):
        return {}
    return found


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.choices is not None:
        return text
    if parameter.many:
        return tuple(int(number) for number in text.split("-"))
    return parameter.kind(text)


def _tell(options: Mapping[str, Any]) -> None:
    """Let the link say what differs from the defaults."""
    text = "~".join(f"{name}-{_text(value)}" for name, value in options.items())
    if not text:
        st.query_params.pop(OPTIONS, None)
    elif st.query_params.get(OPTIONS) != text:
        st.query_params[OPTIONS] = text


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def first_axes(checkpoint: Checkpoint, space: str, n: int) -> tuple[int, ...]:
    """Return the n raw axes to begin with, ascending: those that matter or vary most."""
    key = cached.key(checkpoint)
    if space == "latent":
        order = cached.latent_stats(key).order
    else:
        try:
            order = _pixel_order(key, checkpoint, space)
        except ExplorerError:  # told where the points are asked for
            order = np.arange(spaces.width(checkpoint, space))
    return tuple(sorted(order[:n].tolist()))


@keep(32)
def _pixel_order(key: Key, _checkpoint: Checkpoint, space: str) -> np.ndarray:
    """Return the numbers of a space's axes by falling variance, shape (d,)."""
    z = cached.codes(key).latent.z_mean
    rows = np.linspace(0, len(z) - 1, min(len(z), _LOOKED_AT)).astype(int)
    if space in spaces.OF_IMAGES:
        points = spaces.from_images(cached.originals(_checkpoint)[rows], space)
    else:
        points = spaces.flat(cached.decode(_checkpoint, z[rows]))
    variance = points.var(axis=0, dtype=np.float64)
    return np.argsort(-variance, kind="stable")
