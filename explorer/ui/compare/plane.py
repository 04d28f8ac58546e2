"""How much of each plane of codes decodes to something like the data."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.runs.decodable import DecodableRequest, DecodableSpec
from explorer.ui.compare.form import Choice
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, provide, text

# Red, green and blue, seen on light and on dark pages.
_NEAR, _FAR = (0.25, 0.56, 0.85), (0.55, 0.57, 0.61)


def draw(choice: Choice) -> None:
    """Draw the share of each model with two latent dimensions, or the button that computes it."""
    planes = [each for each in choice.models if each.z_dim == 2 and each.model.decodes]
    if not planes:
        return
    st.markdown("**How much of the plane decodes to something like the data?**")
    try:
        cached.originals(planes[0])
    except ExplorerError:
        st.caption("That needs the original images, which are not on this machine.")
        return
    for each, column in zip(planes, st.columns(2, gap="medium"), strict=False):
        with column:
            _of(each)
    spec = DecodableSpec()
    st.caption(
        f"A grid of {spec.side} × {spec.side} codes over the box of all test codes. A place counts "
        "(blue) if its decoded image is no farther from its nearest test image, Euclidean over "
        f"the pixels, than {spec.quantile:.0%} of the model's own reconstructions are from theirs. "
        f"Below: no farther than {spec.quantile:.0%} of test images are from their nearest other "
        "one, which is farther, because smooth images are near to many. Of "
        f"{spec.sample:,} images among {spec.images:,} at most, seed {spec.seed}."
    )


def _of(checkpoint: Checkpoint) -> None:
    request = DecodableRequest(checkpoint.name)
    found = provide.on_demand(request, f"Measure {checkpoint.name}")
    if found is None:
        return
    picture, told = st.columns([1, 2], gap="small", vertical_alignment="center")
    with picture:
        image = np.where(found.near[..., None], _NEAR, _FAR)
        alt = f"places of {checkpoint.name} that decode to something like the data, in blue"
        gallery([Tile(image, alt=alt)], key=f"plane-{checkpoint.name}", columns=1)
    told.markdown(
        f"**{found.share:.0%}** of the plane of {text.plain(checkpoint.name)}  \n"
        f"{found.share_of_images:.0%} by the distances of images"
    )
