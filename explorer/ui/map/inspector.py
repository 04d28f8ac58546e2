"""What is known of one test image, and of a group of them."""

import io

import numpy as np
import pandas as pd
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.latent import neighbors
from explorer.ui.components import gallery as galleries
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, state, text

_UNITS = {"bce": "nats", "mse": "squared error"}
_GALLERY = 64


def inspect(checkpoint: Checkpoint, index: int) -> None:
    """Draw what is known of test image `index`: images, error, code, nearest neighbours."""
    test = cached.codes(cached.key(checkpoint))
    name = datasets.info(checkpoint.dataset).class_names[test.labels[index]]
    z = test.latent.z_mean
    _images(checkpoint, index, name)
    error = test.reconstruction_error
    share = np.mean(error < error[index])
    st.markdown(
        f"**{text.plain(name)}** · image {index:,} · reconstruction error **{error[index]:.1f}** "
        f"{_UNITS[checkpoint.model.loss]}, higher than **{share:.0%}** of the test images"
    )
    bars = figures.code_bars(z[index], z.mean(axis=0), z.std(axis=0))
    st.caption(
        "Its code z; the grey bands are where most codes lie (mean ± 2 σ). "
        + _unused(cached.latent_stats(cached.key(checkpoint)).active)
    )
    plot(
        figures.to_json(bars),
        key="code",
        height=120,
        alt="Code of the image: " + ", ".join(f"{value:.2f}" for value in z[index]),
    )
    _neighbours(checkpoint, index)


def _unused(active: np.ndarray) -> str:
    unused = [str(axis) for axis in np.flatnonzero(~active)]
    if not unused:
        return ""
    names = f"{', '.join(unused[:-1])} and {unused[-1]} are" if unused[1:] else f"{unused[0]} is"
    return f"z\N{NO-BREAK SPACE}{names} not in use: about the same for every image."


def _images(checkpoint: Checkpoint, index: int, name: str) -> None:
    z = cached.codes(cached.key(checkpoint)).latent.z_mean[[index]]
    image = cached.decode(checkpoint, z)[0]
    what = f"reconstruction of a {name}"
    tiles = [Tile(image, "reconstruction", what, role="reconstruction")]
    missing = None
    try:
        original = cached.originals(checkpoint)[index]
        what = f"original image of a {name}"
        tiles.insert(0, Tile(original, "original", what, role="original"))
        what = "absolute difference of both"
        tiles.append(Tile(np.abs(original - image), "difference", what, role="difference"))
    except ExplorerError as error:
        missing = error
    gallery(tiles, key="images", columns=3, about=index)
    if missing:
        with st.expander("The original images are not on this machine", icon=":material/info:"):
            st.caption(text.sentence(missing))


def _neighbours(checkpoint: Checkpoint, index: int) -> None:
    test = cached.codes(cached.key(checkpoint))
    near = neighbors.neighbours(test.latent.z_mean, index, 8)
    names = datasets.info(checkpoint.dataset).class_names
    same = int(np.sum(test.labels[near.indices] == test.labels[index]))
    share = "all" if same == len(near.indices) else str(same)
    st.caption(
        f"The {len(near.indices)} nearest codes, by all {checkpoint.z_dim} latent dimensions; "
        f"{share} of them {'has' if same == 1 else 'have'} the same label. Click one to move there."
    )
    images = pictures(checkpoint, near.indices)
    gallery(
        [
            Tile(image, alt=f"{names[test.labels[row]]}, distance {distance:.2f}", index=int(row))
            for image, row, distance in zip(images, near.indices, near.distances, strict=True)
        ],
        key="neighbours",
        columns=4,
        on_click=_go_to_neighbour,
    )


def _go_to_neighbour() -> None:
    state.choose_point(galleries.clicked("neighbours"))


def pictures(checkpoint: Checkpoint, indices: np.ndarray) -> np.ndarray:
    """Return test images, (n, h, w, c): the originals, or reconstructions where they are absent."""
    try:
        return np.asarray(cached.originals(checkpoint)[indices])
    except ExplorerError:
        z = cached.codes(cached.key(checkpoint)).latent.z_mean
        return cached.decode(checkpoint, z[indices])


def nothing_yet(checkpoint: Checkpoint, n: int) -> None:
    """Draw what there is to do while no image is chosen."""
    st.markdown("**Click any point**")
    st.caption(
        "Its image, its reconstruction, its code and its nearest neighbours appear here. "
        "Draw a box or a lasso (tools at the top of the map) to see a group; scroll to zoom."
    )
    if st.button("Choose one for me", icon=":material/casino:"):
        state.choose_point(int(np.random.default_rng().integers(n)))
        st.rerun(scope="fragment")


def group(checkpoint: Checkpoint, indices: np.ndarray) -> None:
    """Draw what a lasso holds: class counts, the decoded mean, a gallery, a table to download."""
    test = cached.codes(cached.key(checkpoint))
    names = datasets.info(checkpoint.dataset).class_names
    z = test.latent.z_mean[indices]
    labels = test.labels[indices]
    st.subheader(f"{len(indices):,} selected", anchor=False)
    counts, mean, members = st.columns([2, 1, 4])
    with counts:
        st.caption("Classes")
        bars = figures.class_counts(np.bincount(labels, minlength=len(names)), names)
        plot(figures.to_json(bars), key="lasso-counts", height=240, alt="Counts of each class")
    with mean:
        st.caption("Their mean code, decoded")
        image = cached.decode(checkpoint, z.mean(axis=0, keepdims=True))[0]
        gallery([Tile(image, alt="decoded mean of the selection")], key="lasso-mean", columns=1)
        st.download_button(
            "CSV",
            _table(indices, labels, names, z),
            f"{checkpoint.name}-selection.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    with members:
        shown = indices[:_GALLERY]
        st.caption(
            f"The first {len(shown)} of them" if len(shown) < len(indices) else "All of them"
        )
        gallery(
            [
                Tile(image, alt=names[test.labels[row]], index=int(row))
                for image, row in zip(pictures(checkpoint, shown), shown, strict=True)
            ],
            key="lasso-gallery",
            width=44,
            on_click=_go_to_member,
        )


def _go_to_member() -> None:
    state.choose_point(galleries.clicked("lasso-gallery"))


def _table(indices: np.ndarray, labels: np.ndarray, names: tuple[str, ...], z: np.ndarray) -> bytes:
    table = pd.DataFrame(z, columns=[f"z{axis}" for axis in range(z.shape[1])])
    table.insert(0, "index", indices)
    table.insert(1, "label", labels)
    table.insert(2, "class", [names[label] for label in labels])
    file = io.StringIO()
    table.to_csv(file, index=False)
    return file.getvalue().encode()
