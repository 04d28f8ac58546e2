"""What each latent dimension tells of each factor, where the factors of the images are known."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.core.memory import keep
from explorer.figures.factors import heat_map
from explorer.latent.disentanglement import SCORES, Found
from explorer.runs import disentanglement
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, text
from explorer.ui.shared.cached import Key

_IN_A_ROW = 3


def known(*models: Checkpoint) -> bool:
    """Return whether the factors of the data of all these are known."""
    return all(disentanglement.has_factors(model) for model in models)


@keep(64)
def measured(key: Key) -> Found:
    """Measure a checkpoint's codes, seed 0."""
    return disentanglement.measure(key.name)


def draw(models: Sequence[Checkpoint], place: str) -> None:
    """Draw a heat map for each model, side by side, and a table of their scores.

    Args:
        models: One or more of data with known factors.
        place: Names the place among the widgets of the page.
    """
    each = {model.name: model for model in models}
    found = {name: measured(cached.key(model)) for name, model in each.items()}
    columns = st.columns(min(len(each), _IN_A_ROW), gap="medium")
    for number, (name, model) in enumerate(each.items()):
        with columns[number % _IN_A_ROW]:
            factors = datasets.info(model.dataset).factor_names
            st.markdown(f"**{text.plain(name)}**")
            plot(
                figures.to_json(heat_map(found[name].information, factors)),
                key=f"{place}-{name}",
                alt=f"What each latent dimension of {name} tells of each factor",
                height=60 + 44 * len(factors),
            )
    table = pd.DataFrame(
        {
            name: {SCORES[key].title: value for key, value in one.scores.items()}
            for name, one in found.items()
        }
    )
    st.dataframe(
        table.rename_axis("Score").reset_index().round(3), hide_index=True, key=f"{place}-scores"
    )
    first = next(iter(found.values()))
    st.caption(
        "Cells: mutual information of dimension and factor, as a share of the factor's entropy; of "
        f"{first.n:,} test codes, seed {first.seed}. All scores lie in 0 … 1, higher is better. "
        + " ".join(f"**{score.title}**: {score.caption}" for score in SCORES.values())
    )
