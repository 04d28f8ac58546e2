"""The controls of the compare page: which two spaces, in which pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets, projection
from explorer.checkpoints import Checkpoint, families, spaces
from explorer.core.errors import ExplorerError
from explorer.projection import ProjectionSpec
from explorer.ui.compare.presets import PRESETS
from explorer.ui.shared import cached, state, text
from explorer.ui.shared.cached import Key

RIGHT = "with"
COLOUR = "compare-colour"
TAB = "compare-tab"
COLOURS = {
    "label": "Label",
    "shared": "Neighbours in common",
    "moved": "In another cluster",
}
_PRESET = "preset"
_OWN = "own"
_ABSENT = "absent right"


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

    @property
    def sides(self) -> tuple[Side, Side]:
        """Left and right."""
        return self.left, self.right

    @property
    def models(self) -> tuple[Checkpoint, ...]:
        """The checkpoints: two, or one that is seen on both sides."""
        left, right = (side.checkpoint for side in self.sides)
        return (left,) if left.name == right.name else (left, right)

    @property
    def keys(self) -> tuple[Key, ...]:
        """What names the checkpoints as they are now."""
        return tuple(cached.key(each) for each in self.models)

    def check(self) -> None:
        """Raise an ExplorerError unless both have codes of the same test images."""
        tests = [cached.codes(key) for key in self.keys]
        first, last = tests[0].labels, tests[-1].labels
        if len(first) != len(last):
            raise ExplorerError(
                "These checkpoints do not have the same test images: choose another one to compare "
                f"with. Received: {len(first):,} and {len(last):,} images."
            )
        if not np.array_equal(first, last):
            raise ExplorerError(
                "These checkpoints have as many test images, but not the same ones: choose another "
                f"one to compare with. Received: {int((first != last).sum()):,} other labels."
            )


def choose(left: Checkpoint) -> Choice:
    """Draw the controls; return what was chosen."""
    found = checkpoints.list_checkpoints()
    known = families.members_last(item for item in found if isinstance(item, Checkpoint))
    others = {item.name: item for item in known if item.dataset == left.dataset}
    _note_absent({item.name: item for item in known}, left)
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
            key=COLOUR,
            bind="query-params",
            help="Neighbours in common: how many of an image's nearest ones are the same on both "
            "sides, among the codes of two models or in two pictures of one. In another cluster: "
            "what k-means puts elsewhere in the other model.",
        )
    if (absent := st.session_state.get(_ABSENT)) is not None:
        st.warning(absent, icon=":material/link_off:")
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
    st.session_state[COLOUR] = preset.colour
    for side, space, picture in zip(("left", "right"), preset.spaces, preset.pictures, strict=True):
        st.session_state[f"{side}-space"] = space
        st.session_state[f"{side}-picture"] = picture
    st.session_state.pop(_ABSENT, None)


def _note_absent(known: Mapping[str, Checkpoint], left: Checkpoint) -> None:
    """Keep why the checkpoint that a link asks for cannot be compared with; one that can is drawn.

    Asked before the choice is drawn, which forgets such a name.
    """
    name = st.query_params.get(RIGHT)
    if not name or RIGHT in st.session_state:
        return
    shown = f"The link asks to compare with {text.plain(name[:60])}"
    another = "another one is shown: choose one in *Compare with*"
    if name not in known:
        st.session_state[_ABSENT] = f"{shown}, which cannot be opened here; {another}."
    elif known[name].dataset != left.dataset:
        theirs, ours = (datasets.info(each.dataset).title for each in (known[name], left))
        st.session_state[_ABSENT] = (
            f"{shown}, which was trained on {theirs}, {text.plain(left.name)} on {ours}: only "
            f"models of the same images can be compared; {another}."
        )


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
    st.session_state.pop(_ABSENT, None)


def _side(checkpoint: Checkpoint, side: str) -> Side:
    known = spaces.offered(checkpoint)
    if st.session_state.get(f"{side}-space") not in known:
        st.session_state.pop(f"{side}-space", None)  # another checkpoint has left it
    space = st.selectbox(
        f"Space, {side}",
        list(known),
        format_func=known.__getitem__,
        key=f"{side}-space",
        bind="query-params",
    )
    d = checkpoint.z_dim if space == "latent" else 2
    titles = {name: method.title for name, method in projection.offered(0, d).items()}
    default = "raw" if checkpoint.z_dim <= 2 else "pca"
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
