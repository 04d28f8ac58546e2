"""Declared parameters as widgets. What was entered is remembered while they are not drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.core.params import Parameter

# Streamlit forgets a widget that is not drawn: who comes back to a method finds its options again.
REMEMBERED: dict[str, Any] = {"persist_state": "session"}
_IN_URL: dict[str, Any] = {"bind": "query-params"}


def draw(
    parameters: Sequence[Parameter],
    key: str,
    *,
    defaults: Mapping[str, Any] | None = None,
    highest: Mapping[str, float] | None = None,
    keys: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Draw a widget for each parameter; return the values by name.

    Args:
        parameters: What is asked for.
        key: Begins the keys of the widgets; another key for each method.
        defaults: Values to begin with, where they are not the parameters' own. Of a tuple of
            numbers, as many are asked for as its default has.
        highest: Largest values, where this checkpoint's are below the parameters' own.
        keys: Keys of those widgets whose values the URL holds.
    """
    defaults, highest, keys = defaults or {}, highest or {}, keys or {}
    return {
        parameter.name: _widget(
            parameter,
            keys.get(parameter.name, f"{key}-{parameter.name}"),
            _IN_URL if parameter.name in keys else REMEMBERED,
            defaults.get(parameter.name, parameter.default),
            highest.get(parameter.name, parameter.high),
        )
        for parameter in parameters
    }


def _widget(
    parameter: Parameter, key: str, kept: Mapping[str, Any], default: Any, high: float
) -> Any:
    title: str = parameter.title
    kind: Any = parameter.kind
    common: dict[str, Any] = {"key": key, "help": parameter.help, **kept}
    if parameter.choices is not None:
        choices = list(parameter.choices)
        name = parameter.choices.__getitem__
        return st.selectbox(title, choices, choices.index(default), format_func=name, **common)
    if kind is float:
        common["format"] = "%g"  # 30 and 0.0001, not 30.00 and 0.00
    if parameter.slider is not None:
        low, top, step = (kind(value) for value in parameter.slider)
        return st.slider(title, low, min(top, kind(high)), default, step, **common)
    low, top = kind(parameter.low), kind(min(high, 2**53 - 1))
    if parameter.many:
        boxes = {f"{title} {i}": {**common, "key": f"{key}-{i}"} for i in range(len(default))}
        return tuple(
            kind(st.number_input(name, low, top, kind(value), **box))
            for (name, box), value in zip(boxes.items(), default, strict=True)
        )
    return kind(st.number_input(title, low, top, default, **common))
