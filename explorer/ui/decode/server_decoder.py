"""The decode page without the browser's decoder: the server decodes when a slider is let go."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.latent import geometry, neighbors
from explorer.latent.stats import LatentStats, class_means, normal_quantiles
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.pad import Start
from explorer.ui.decode import pad_data
from explorer.ui.decode.pad_data import Space
from explorer.ui.shared import cached, clusterings

_SHOWN = 16
_LEAST_REACH = 4.0
_STEPS = np.linspace(-3, 3, 9)
_STRIP = 11
_DRAWS = 64
_VERDICTS = {
    "inside": "Inside the data",
    "edge": "At the edge of the data",
    "hole": "In a hole, or outside",
}
# The image above its sliders where columns lie below each other; a row's name before the row.
_CSS = """
@media (max-width: 640px) {
  [data-testid="stColumn"]:has(.st-key-server-decoded) { order: -1; }
}
.st-key-server-traversal .explorer-tile { display: grid; grid-template-columns: 2.5rem 1fr;
  align-items: center; }
.st-key-server-traversal figcaption { order: -1; text-align: left; }
"""


def pad(checkpoint: Checkpoint, start: Start, reason: str) -> np.ndarray:
    """Draw sliders, image, neighbourhood and the five panels.

    Args:
        checkpoint: Whose decoder.
        start: Where to begin.
        reason: One sentence on why the browser does not decode.

    Returns:
        Where the sliders are, shape (z_dim,).

    Raises:
        ExplorerError: If the server cannot decode either; nothing is drawn then.
    """
    space = pad_data.space(checkpoint)
    cached.decode(checkpoint, np.array([start.z]))
    st.html(f"<style>{_CSS}</style>")
    st.caption(f":material/info: {reason} The server decodes instead, whenever a slider is let go.")
    controls, stage, where = st.columns([1.05, 1.2, 0.95], gap="medium")
    with controls:
        z = _sliders(checkpoint, space, start)
    with stage:
        _images(checkpoint, z[None], 1, "decoded", "Decoded image")
    with where:
        _where_am_i(checkpoint, space, z)
    traverse, manifold, path, arithmetic, prior = st.tabs(
        ["Traverse", "Manifold", "Path", "Arithmetic", "Prior"]
    )
    with traverse:
        _traversal(checkpoint, space, z)
    with manifold:
        _manifold(checkpoint, space, z)
    with path:
        _path(checkpoint, space, z)
    with arithmetic:
        _arithmetic(checkpoint, space, z)
    with prior:
        _prior(checkpoint, space)
    return z


def _images(checkpoint: Checkpoint, z: np.ndarray, columns: int, key: str, alt: str) -> None:
    """Decode codes, shape (n, z_dim), and show them as one picture, row by row."""
    _show(cached.decode(checkpoint, z), columns, key, alt)


def _show(images: np.ndarray, columns: int, key: str, alt: str) -> None:
    gallery([Tile(_mosaic(images, columns), alt=alt)], key=f"server-{key}", columns=1)


def _mosaic(images: np.ndarray, columns: int) -> np.ndarray:
    n, height, width, channels = images.shape
    grid = images.reshape(n // columns, columns, height, width, channels)
    return grid.transpose(0, 2, 1, 3, 4).reshape(-1, columns * width, channels)


def _sliders(checkpoint: Checkpoint, space: Space, start: Start) -> np.ndarray:
    stats = space.stats
    name = f"server-{start.token}"
    if f"{name}-0" not in st.session_state:
        _set(name, stats, np.array(start.z))
    choices = ["A real image", "Zero", "Mean of all codes", *space.class_names]
    clustered = clusterings.centroids(checkpoint)
    centroids = (
        {f"Centroid {n}": z for n, z in zip(clustered.names, clustered.z, strict=True)}
        if clustered
        else {}
    )
    how = st.selectbox(
        "Start from",
        [*choices, *centroids],
        format_func=lambda text: f"Mean of {text}" if text in space.class_names else text,
    )
    index = int(st.number_input("Image", 0, len(space.labels) - 1)) if how == choices[0] else 0
    go, draw = st.columns(2)
    go.button(
        "Go there",
        on_click=lambda: _set(name, stats, centroids.get(how, _named(space, str(how), index))),
        width="stretch",
    )
    draw.button(
        "Shuffle: prior",
        on_click=lambda: _set(name, stats, space.prior.sample(1, _seed())[0]),
        width="stretch",
    )
    order = [int(i) for i in stats.order]
    shown = [i for i in order if stats.active[i]][:_SHOWN] or order[:_SHOWN]
    rest = [i for i in order if i not in shown]
    sigmas = {i: _slider(name, stats, i) for i in shown}
    if rest:
        with st.expander(f"{len(rest)} more, hardly used or of small importance"):
            sigmas |= {i: _slider(name, stats, i) for i in rest}
    sigma = np.array([sigmas[i] for i in range(checkpoint.z_dim)])
    return np.asarray(stats.mean + sigma * stats.std, np.float32)


def _slider(name: str, stats: LatentStats, i: int) -> float:
    low, high = _reach(stats, i)
    return float(
        st.slider(f"z{i}, in standard deviations of the real codes", low, high, key=f"{name}-{i}")
    )


def _reach(stats: LatentStats, i: int) -> tuple[float, float]:
    low = min(-_LEAST_REACH, float((stats.low[i] - stats.mean[i]) / stats.std[i]))
    high = max(_LEAST_REACH, float((stats.high[i] - stats.mean[i]) / stats.std[i]))
    return low, high


def _set(name: str, stats: LatentStats, z: np.ndarray) -> None:
    for i, sigma in enumerate((z - stats.mean) / stats.std):
        low, high = _reach(stats, i)
        st.session_state[f"{name}-{i}"] = float(np.clip(sigma, low, high))


def _named(space: Space, how: str, index: int) -> np.ndarray:
    if how == "Zero":
        return np.zeros(len(space.stats.mean))
    if how == "Mean of all codes":
        return space.stats.mean
    if how in space.class_names:
        index = space.class_names.index(how)
        means = class_means(space.z_mean, space.labels, len(space.class_names))
        return np.asarray(means[index])
    return np.asarray(space.z_mean[index])


def _seed() -> int:
    return int(np.random.default_rng().integers(2**31))


def _where_am_i(checkpoint: Checkpoint, space: Space, z: np.ndarray) -> None:
    st.subheader("Where am I?", anchor=False)
    found = neighbors.nearest(space.z_mean, z, 1)
    index, distance = int(found.indices[0]), float(found.distances[0])
    place = neighbors.judge(distance, space.neighbour_quantiles)
    name = space.class_names[space.labels[index]]
    try:
        image, what = cached.originals(checkpoint)[index], "Nearest real image"
    except ExplorerError:
        image = cached.decode(checkpoint, space.z_mean[[index]])[0]
        what = "Reconstruction of the nearest real image"
    gallery([Tile(image, alt=f"{what}: {name}, no. {index}")], key="server-nearest", columns=2)
    st.markdown(f"**{_VERDICTS[place.verdict]}**")
    st.caption(
        f"{what}: {name}, no. {index}. Distance {distance:.2f}; {place.percentile:.0%} of real "
        "codes are nearer to their neighbour."
    )


def _traversal(checkpoint: Checkpoint, space: Space, z: np.ndarray) -> None:
    rows = space.stats.order[:_SHOWN]
    st.caption("Each row moves one dimension from −3σ to 3σ, all others held.")
    codes = geometry.traversal(z, space.stats, rows, _STEPS)
    tiles = [
        Tile(_mosaic(cached.decode(checkpoint, row), len(_STEPS)), f"z{i}", f"Traversal of z{i}")
        for i, row in zip(rows, codes, strict=True)
    ]
    gallery(tiles, key="server-traversal", columns=1)


def _manifold(checkpoint: Checkpoint, space: Space, z: np.ndarray) -> None:
    across, up = sorted(int(i) for i in space.stats.order[:2]) if len(z) > 1 else (0, 0)
    n = int(st.slider("Images across and up", 5, 30, 12))
    ranges = ["Range of the real codes", "Quantiles of the prior"]
    spread = st.segmented_control("Over", ranges, default=ranges[0], required=True)
    stats, prior = space.stats, space.prior

    def values(i: int) -> np.ndarray:
        if spread == ranges[0]:
            return np.linspace(stats.low[i], stats.high[i], n)
        return np.asarray(prior.mean[i] + prior.std[i] * normal_quantiles(n))

    st.caption(f"z{across} from left to right, z{up} from bottom to top, all others held.")
    codes = geometry.plane(z, across, up, values(across), values(up))
    _images(checkpoint, codes.reshape(-1, len(z)), n, "manifold", "Manifold")


def _pick(space: Space, z: np.ndarray, label: str, first: int) -> np.ndarray:
    means = [f"Mean of {name}" for name in space.class_names]
    choice = st.selectbox(label, [*means, "The current z", "A real image"], index=first)
    if choice == "The current z":
        return z
    if choice == "A real image":
        index = int(st.number_input(f"{label}: image", 0, len(space.labels) - 1))
        return np.asarray(space.z_mean[index])
    return _named(space, space.class_names[means.index(choice)], 0)


def _path(checkpoint: Checkpoint, space: Space, z: np.ndarray) -> None:
    left, right, kind = st.columns(3)
    with left:
        a = _pick(space, z, "From A", 0)
    with right:
        b = _pick(space, z, "To B", 1)
    arc = kind.selectbox("Along a", ["straight line", "arc around zero"]) == "arc around zero"
    codes = geometry.path(a, b, "arc" if arc else "line", _STRIP)
    ends = cached.decode(checkpoint, codes[[0, -1]])
    shares = np.linspace(0, 1, _STRIP)[:, None, None, None]
    st.caption("Pixels cross-faded: two images through each other")
    fades = ends[0] + (ends[1] - ends[0]) * shares
    _show(fades, _STRIP, "fade", "Cross-fade from A to B")
    st.caption("Codes interpolated, then decoded: one image becomes the other")
    _images(checkpoint, codes, _STRIP, "path", "Decoded path from A to B")


def _arithmetic(checkpoint: Checkpoint, space: Space, z: np.ndarray) -> None:
    places = st.columns(3)
    terms = []
    for i, (place, letter) in enumerate(zip(places, "ABC", strict=True)):
        with place:
            terms.append(_pick(space, z, letter, i % len(space.class_names)))
    result = geometry.analogy(*terms)
    nearest = int(neighbors.nearest(space.z_mean, result, 1).indices[0])
    codes = np.stack([*terms, result, space.z_mean[nearest]])
    name = space.class_names[space.labels[nearest]]
    st.caption(f"A, B, C, A − B + C, and the real image nearest to it ({name}, no. {nearest})")
    _images(checkpoint, codes, 5, "arithmetic", "A, B, C, A − B + C, nearest real image")


def _prior(checkpoint: Checkpoint, space: Space) -> None:
    seed = int(st.number_input("Seed", 0, 2**31 - 1))
    st.caption(f"Codes drawn from {space.prior.name}, decoded.")
    _images(checkpoint, space.prior.sample(_DRAWS, seed), 16, "prior", "64 draws")
