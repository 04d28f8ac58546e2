"""What addresses ask for: each parameter is a value of its own kind, or it is taken out.

Streamlit gives a widget whatever its parameter says, and fails where a number is infinite; so this
comes before all widgets.
"""

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from explorer.clustering import METHODS, ClusteringSpec
from explorer.core import spaces
from explorer.core.errors import ExplorerError
from explorer.core.params import Parameter, parameters
from explorer.core.spaces import TITLES

_LONGEST = 200
_LONGEST_CODE = 20_000  # 512 numbers
_LONGEST_NAME = 50

# Numbers, by their names in links; all others are text. Those of the clustering form have its
# parameters' own bounds.
_CLUSTERING = {"k": "n_clusters", "smallest": "min_cluster_size", "noise": "noise", "seed": "seed"}
_PCA = tuple(f"pca-{space}" for space in spaces.SPACES)
_CODE = "z"

# Links of former versions lead where they led: the words for spaces were others.
_SPACES = ("space", "points")
_FORMER = {
    "Latent": TITLES["latent"],
    "Original pixels": TITLES["original"],
    "Reconstructed": TITLES["reconstructed"],
}


def _numbers() -> dict[str, Parameter]:
    known: dict[str, Parameter] = {}
    methods: tuple[type[Any], ...] = (ClusteringSpec, *METHODS.values())
    for method in methods:
        known |= {item.name: item for item in parameters(method)}
    bounded = {link: known[name] for link, name in _CLUSTERING.items() if name in known}
    point = Parameter("point", "Point", "", None, int, 0, 10**9)
    images = dict.fromkeys(("point", "path-a", "path-b"), point)
    return bounded | dict.fromkeys(_PCA, known["pca"]) | images


_NUMBERS = _numbers()


def is_sound(name: str, values: Sequence[str]) -> bool:
    """Whether a parameter of an address can be given to what asks for it.

    Args:
        name: Its name.
        values: What is given for it; more than one value is none.
    """
    if len(values) != 1 or len(name) > _LONGEST_NAME or not name.isprintable():
        return False
    (value,) = values
    if not value:
        return False  # a choice of nothing
    # Not printable are control characters, NUL among them, and halves of surrogate pairs.
    if len(value) > (_LONGEST_CODE if name == _CODE else _LONGEST) or not value.isprintable():
        return False
    parameter = _NUMBERS.get(name)
    return _is_no_infinity(value) if parameter is None else _fits(parameter, value)


def _is_no_infinity(text: str) -> bool:
    """Whether a box of numbers survives a value, whichever parameter it is drawn for."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return True


def _fits(parameter: Parameter, text: str) -> bool:
    try:
        number = float(text)
        whole = math.isfinite(number) and number.is_integer()
        parameter.checked(int(number) if whole else number)
    except (ValueError, OverflowError, ExplorerError):
        return False
    return True


def clean() -> None:
    """Take out what cannot be asked for, and begin again: the page then shows its defaults.

    Words of former versions are put into those of today.

    Raises:
        ExplorerError: If it cannot be taken out, because a widget has the parameter already.
    """
    former = {
        name: _FORMER[word] for name in _SPACES if (word := st.query_params.get(name)) in _FORMER
    }
    st.query_params.update(former)
    wrong = [name for name in st.query_params if not is_sound(name, st.query_params.get_all(name))]
    for name in wrong:
        try:
            del st.query_params[name]
        except StreamlitAPIException as error:
            raise ExplorerError(
                f"The address asks for a {name[:_LONGEST_NAME]} that cannot be: take it out of the "
                "address, and load the page again."
            ) from error
    if wrong or former:
        st.rerun()
