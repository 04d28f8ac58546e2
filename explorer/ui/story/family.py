"""Which family, and its story."""

from collections.abc import Collection

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import checkpoints, datasets
from explorer.checkpoints.families import Family, families
from explorer.ui.components.story import story
from explorer.ui.shared import cached, factors, glossary, state, text
from explorer.ui.shared.fragment import fragment
from explorer.ui.story import members, words

FAMILY = "family"


def show() -> None:
    """Draw the choice of a family, where there are several, beside what it answers; its story."""
    choice, answer = st.columns([2, 5], gap="medium", vertical_alignment="center")
    with choice:
        chosen = _choose()
    if chosen is not None:
        _draw(chosen, answer)


def _choose() -> Family | None:
    """Draw the choice of a family where there are several; return it, None if there is none."""
    found = {each.members[0].name: each for each in families(checkpoints.list_checkpoints())}
    if not found:
        st.info(
            "There is no family of VAEs here that differ in β alone. Train one: Train, "
            "*A grid of β*; or `python -m explorer recipes` makes the one that ships."
        )
        return None
    if FAMILY not in st.session_state or state.went_back():
        asked = st.query_params.get(FAMILY, "")
        st.session_state[FAMILY] = first_of([asked]) or next(iter(found))
    if st.session_state[FAMILY] not in found:
        st.session_state[FAMILY] = next(iter(found))
    if len(found) > 1:
        st.selectbox(
            "Family",
            list(found),
            format_func=lambda key: _title(found[key]),
            key=FAMILY,
            on_change=_tell_link,
            label_visibility="collapsed",
        )
    return found[st.session_state[FAMILY]]


def _tell_link() -> None:
    st.query_params[FAMILY] = st.session_state[FAMILY]


def first_of(names: Collection[str]) -> str | None:
    """Return the first member of the first family that has one of these checkpoints, or None."""
    for each in families(checkpoints.list_checkpoints()):
        if any(member.name in names for member in each.members):
            return each.members[0].name
    return None


def choose_by(first: str) -> None:
    """Choose the family whose first member this is, in a callback before the page is opened."""
    st.session_state[FAMILY] = first


def _title(family: Family) -> str:
    first = family.members[0]
    data = datasets.info(first.dataset).title
    return f"{data}, {first.z_dim} dim. ({family.name})"


def _draw(family: Family, place: DeltaGenerator) -> None:
    """Draw the family on its slider, the answer to the page's question, and its table."""
    found = [members.measured(cached.key(each)).against for each in family.members]
    betas = [each.model.beta for each in family.members]
    place.markdown(f"**{words.answer(betas, found)}**")
    story(members.message(family, _start(family)), key="story")
    glossary.caption(f"{words.shift(betas, found)} {words.CRITERION} {_about(family)}")
    _details(family)


@fragment()
def _details(family: Family) -> None:
    """Draw what is folded away; what it needs is loaded when it is opened."""
    numbers = st.expander("All of it in numbers", key="story-numbers", on_change="rerun")
    if numbers.open:
        numbers.dataframe(_table(family), hide_index=True, width="stretch")
    if not factors.known(*family.members):
        return
    told = st.expander(
        "What each dimension tells of each factor", key="story-factors", on_change="rerun"
    )
    if told.open:
        with told:
            factors.draw(family.members, "story-factor")


def _start(family: Family) -> int:
    """Return the number of the member to begin with: that of the plain VAE, β = 1, or the next."""
    nearest = min(family.members, key=lambda member: abs(member.model.beta - 1))
    return family.members.index(nearest)


def _about(family: Family) -> str:
    first = family.members[0]
    data = datasets.info(first.dataset).title
    network = first.model.title.lower()
    seed = first.training.get("seed")
    axes = "" if first.z_dim <= 2 else " The axes are each model's two dimensions of largest KL."
    return (
        f"{data}, {network}, {first.z_dim} latent dimensions, {first.training['epochs']} epochs"
        f"{'' if seed is None else f', seed {seed}'}: trained alike but for β. Losses and codes of "
        f"the test images; {members.DRAWN} draws from the prior with the same noise for each β "
        f"(seed {members.SEED}).{axes}"
    )


def _table(family: Family) -> pd.DataFrame:
    rows = []
    for member in family.members:
        against = members.measured(cached.key(member)).against
        metrics = member.metrics
        rows.append(
            {
                "Checkpoint": text.plain(member.name),
                "β": member.model.beta,
                "Reconstruction": round(metrics.get("test_reconstruction_loss", float("nan")), 2),
                "KL": round(metrics.get("test_kl_loss", sum(against.kl)), 2),
                "In use": f"{against.active} of {len(against.kl)}",
                "KL of each": ", ".join(f"{value:.3g}" for value in against.kl[:16]),
                "Spread": round(against.spread, 3),
                "Noise": round(against.noise, 4),
                "Within 2σ": f"{against.within:.1%}",
            }
        )
    return pd.DataFrame(rows)
