"""The controls of the compare page: which two spaces, in which pictures."""

from dataclasses import dataclass

import streamlit as st

from explorer import checkpoints, projection
from explorer.checkpoints import Checkpoint
from explorer.core import spaces
from explorer.projection import ProjectionSpec
from explorer.ui.compare.presets import PRESETS
from explorer.ui.shared import state

RIGHT = "with"
COLOURS = {"label": "Label", "shared": "Neighbours in common"}
_PRESET = "preset"
_OWN = "own"


@dataclass(frozen=True)
class Side:
    """What is seen on one side: the test images of a checkpoint, in a picture."""

    checkpoint: Checkpoint
    spec: ProjectionSpec

    @property
    def has_scale(self) -> bool:
        """Whether a unit on the map is a unit of the codes."""
        return self.spec.space == "latent" and self.spec.method.linear


@dataclass(frozen=True)
class Choice:
    """Both sides, and what colours their points."""

    left: Side
    right: Side
    colour: str


def choose(left: Checkpoint) -> Choice:
    """Draw the controls; return what was chosen."""
    known = [item for item in checkpoints.list_checkpoints() if isinstance(item, Checkpoint)]
    others = {item.name: item for item in known if item.dataset == left.dataset}
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="compare-controls"
    ):
        _preset({item.name for item in known})
        right = others[_right(left, list(others))]
        sides = _side(left, "left"), _side(right, "right")
        colour = st.selectbox(
            "Colour",
            list(COLOURS),
            format_func=COLOURS.__getitem__,
            key="compare-colour",
            bind="query-params",
            help="Neighbours in common: how many of an image's nearest codes are the same in both "
            "latent spaces. Where few are, the image has moved.",
        )
    told = PRESETS.get(str(st.session_state.get(_PRESET)))
    if told is not None:
        st.caption(told.what)
    return Choice(*sides, str(colour))


def _preset(names: set[str]) -> None:
    """Offer the comparisons whose checkpoints are here; one sets all other controls."""
    offered = {key: each for key, each in PRESETS.items() if {each.left, each.right} <= names}
    if not offered:
        return
    st.selectbox(
        "Question",
        [_OWN, *offered],
        format_func=lambda key: offered[key].title if key in offered else "One of my own",
        key=_PRESET,
        on_change=_take,
    )


def _take() -> None:
    preset = PRESETS.get(str(st.session_state[_PRESET]))
    if preset is None:
        return
    st.session_state[state.CHECKPOINT] = preset.left
    st.session_state[RIGHT] = preset.right
    for side, space in zip(("left", "right"), preset.spaces, strict=True):
        st.session_state[f"{side}-space"] = space
        st.session_state[f"{side}-picture"] = preset.picture


def _right(left: Checkpoint, names: list[str]) -> str:
    """Ask what to compare with; at first the next one that codes in another way."""
    if st.session_state.get(RIGHT) not in names:
        st.session_state.pop(RIGHT, None)
    following = (names.index(left.name) + 1) % len(names)
    return str(
        st.selectbox(
            "Compare with",
            names,
            index=following,
            key=RIGHT,
            bind="query-params",
            on_change=_leave_preset,
            help="Checkpoints of the same data set; the same one can be seen in two spaces.",
        )
    )


def _leave_preset() -> None:
    st.session_state[_PRESET] = _OWN


def _side(checkpoint: Checkpoint, side: str) -> Side:
    space = st.selectbox(
        f"Space, {side}",
        list(spaces.TITLES),
        format_func=spaces.TITLES.__getitem__,
        key=f"{side}-space",
        bind="query-params",
    )
    titles = {name: method.title for name, method in projection.offered(0).items()}
    default = "raw" if checkpoint.z_dim == 2 else "pca"
    picture = st.selectbox(
        f"Picture, {side}",
        list(titles),
        index=list(titles).index(default),
        format_func=titles.__getitem__,
        key=f"{side}-picture",
        bind="query-params",
    )
    spec = ProjectionSpec(projection.METHODS[str(picture)](), 2, str(space))
    return Side(checkpoint, spec)
