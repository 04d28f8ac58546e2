"""A grid of trainings: asking for one, and its table of losses and small maps."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import figures, jobs
from explorer.core.errors import ExplorerError
from explorer.training import beta_grid
from explorer.training.beta_grid import Cell, Grid
from explorer.ui.components import gallery as galleries
from explorer.ui.components.replay import SmallMap, small_maps
from explorer.ui.shared import glossary, pages, state, text
from explorer.ui.shared.fragment import fragment
from explorer.ui.story import family
from explorer.ui.train import choice
from explorer.ui.train import watch as train_watch
from explorer.ui.train.form import Request

CHOSEN = "grid"
# What the columns of the table are called in the glossary.
TERMS = {
    "β": "β",
    "Dim.": "latent dimensions",
    "Reconstruction": "reconstruction loss",
    "KL": "KL loss",
    "Total": "total loss",
    "Active": "active dimensions",
    "Spread": "spread of the codes",
    "kNN": "kNN accuracy",
}


def form(request: Request) -> None:
    """Draw what a grid needs besides the form of a training, and the button that starts it."""
    left, right = st.columns(2)
    betas = left.text_input(
        "β (KL weights)",
        "0.01 0.1 1 4",
        key="grid-betas",
        bind="query-params",
        help="The weights of the KL loss to be tried, with blanks between. Near 0 a VAE becomes an "
        "autoencoder.",
    )
    z_dims = right.text_input(
        "Latent dimensions",
        "2 10",
        key="grid-z-dims",
        bind="query-params",
        help="Each of them is trained with each β.",
    )
    usual = f"{request.spec.dataset.split('_')[0]}-beta"
    name = st.text_input("Name of the grid", usual, key="grid-name")
    try:
        values, sizes = _numbers(betas), [_whole(number) for number in _numbers(z_dims)]
        n = len(beta_grid.specs(request.spec, values, sizes))
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return
    seconds = request.cost.seconds
    total = f", about **{text.duration(n * seconds)}** in all" if seconds else ""
    st.markdown(f"**{n}** trainings of {request.spec.epochs} epochs, one after the other{total}")
    if st.button("Put the grid in the queue", type="primary", width="stretch"):
        try:
            beta_grid.start(name.strip(), request.spec, values, sizes, state.owner())
        except ExplorerError as error:
            st.error(text.sentence(error), icon=":material/error:")
            return
        st.query_params[CHOSEN] = name.strip()
        st.rerun()


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.replace(",", " ").split()]
    except ValueError:
        raise ExplorerError(f"Give numbers with blanks between. Received: {text!r}.") from None


def _whole(number: float) -> int:
    if number != int(number):
        raise ExplorerError(f"Latent dimensions are whole numbers. Received: {number:g}.")
    return int(number)


def watch() -> None:
    """Draw the chosen grid, or the newest."""
    grids = beta_grid.list_grids()
    if not grids:
        st.markdown("**When does a VAE become an autoencoder?**")
        st.caption(
            "Train the same model with several weights β of the KL loss, and compare: with a "
            "small β the codes spread out and keep every detail, with a large one they shrink to "
            "the prior and dimensions fall silent. Choose the values on the left."
        )
        return
    names = [grid.name for grid in grids]
    wanted = st.query_params.get(CHOSEN)
    if len(grids) > 1:
        index = names.index(wanted) if wanted in names else 0
        wanted = st.selectbox("Grid", names, index)
    grid = next((grid for grid in grids if grid.name == wanted), grids[0])
    active = _is_active(beta_grid.cells(grid))
    fragment(run_every=2.0 if active else None)(_show)(grid, active)


def _is_active(cells: list[Cell]) -> bool:
    return any(cell.state in jobs.ACTIVE for cell in cells)


def _show(grid: Grid, active: bool) -> None:
    cells = beta_grid.cells(grid)
    if _is_active(cells) != active or st.session_state[choice.KEY] != "grid":
        st.rerun()
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.header(text.plain(grid.name), anchor=False, width="stretch")
    _offer_story(row, cells)
    latest = [(cell, beta_grid.last_snapshot(cell)) for cell in cells]
    drawn = [(cell, found) for cell, found in latest if found is not None and cell.spec is not None]
    if drawn:
        columns = len({cell.spec.model.beta for cell, _ in drawn if cell.spec})
        st.caption(
            "The codes of test images, all maps at one scale. The rings are the prior's 1σ and 2σ: "
            "most of the codes that it would draw lie in the outer one. Click a map to watch its "
            "training."
        )
        n_classes = 1 + max(int(found.labels.max()) for _, found in drawn)
        small_maps(
            [
                SmallMap(
                    _title(cell), f"Codes of {cell.name}", found.items[-1].points, found.labels
                )
                for cell, found in drawn
            ],
            key="grid-maps",
            name=grid.name,
            columns=max(columns, 4),
            colors=[figures.class_color(label) for label in range(n_classes)],
            on_click=_choose,
        )
        st.session_state["grid cells"] = [cell.name for cell, _ in drawn]
    st.dataframe(
        table(cells),
        hide_index=True,
        width="stretch",
        placeholder="–",
        column_config={
            column: st.column_config.NumberColumn(help=glossary.meaning(term))
            for column, term in TERMS.items()
        },
    )
    st.caption("Losses of the test images. Point at the name of a column for what it means.")


def _offer_story(row: DeltaGenerator, cells: list[Cell]) -> None:
    """Draw a button that opens what is finished on the page of the story, if it is a family."""
    names = [cell.name for cell in cells if cell.state == "done"]
    if (member := family.first_of(names)) is not None and row.button(
        "Open as a story of β",
        icon=f":material/{pages.PAGES['story'].icon}:",
        on_click=family.choose_by,
        args=(member,),
    ):
        st.switch_page(pages.path("story"), query_params={})


def _choose() -> None:
    index = galleries.clicked("grid-maps")
    names = st.session_state.get("grid cells", [])
    if index is not None and index < len(names):
        train_watch.choose(names[index])
        choice.choose("one")


def _title(cell: Cell) -> str:
    assert cell.spec is not None
    return f"β {cell.spec.model.beta:g} · {cell.spec.model.z_dim} dim"


def table(cells: list[Cell]) -> pd.DataFrame:
    """Return a row per training of a grid, with names for people."""
    return pd.DataFrame(
        [
            {
                "Training": cell.name,
                "β": cell.spec.model.beta if cell.spec else None,
                "Dim.": cell.spec.model.z_dim if cell.spec else None,
                "State": train_watch.state_name(cell.state) if cell.state else "discarded",
                "Epochs": cell.epochs,
                "Reconstruction": _rounded(cell.losses.get("reconstruction_loss")),
                "KL": _rounded(cell.losses.get("kl_loss")),
                "Total": _rounded(cell.losses.get("total_loss")),
                "Active": cell.active_dimensions,
                "Spread": _rounded(cell.spread),
                "kNN": _rounded(cell.knn_accuracy, 3),
            }
            for cell in cells
        ]
    )


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
