"""What a browser needs of a checkpoint to decode, packed once for all visitors."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.ui.components.pad import Packed, pack, pack_array, pack_images
from explorer.ui.shared import cached
from explorer.ui.shared.cached import HASH, Key


@dataclass(frozen=True)
class Files:
    """A checkpoint's files.

    Attributes:
        model: decoder.onnx.
        codes: z_mean of the test images, shape (n, z_dim), float32.
        labels: Shape (n,), int32.
    """

    model: Packed
    codes: Packed
    labels: Packed


def files(checkpoint: Checkpoint) -> Files:
    """Return the files of a checkpoint.

    Raises:
        ExplorerError: If it is damaged.
    """
    return _files(cached.key(checkpoint), checkpoint)


@st.cache_resource(max_entries=16, hash_funcs=HASH, show_spinner=False)
def _files(key: Key, _checkpoint: Checkpoint) -> Files:
    test = cached.codes(key)
    cached.decoder(key)  # what it refuses is not sent either
    return Files(
        pack(_checkpoint.decoder_file.read_bytes()),
        pack_array(test.latent.z_mean, np.float32),
        pack_array(test.labels, np.int32),
    )


def images(checkpoint: Checkpoint) -> Packed | None:
    """Return its test images, or None if they are too many to send, or not on this machine yet."""
    try:
        return _images(cached.key(checkpoint), checkpoint)
    except ExplorerError:
        return None


@st.cache_resource(max_entries=8, hash_funcs=HASH, show_spinner=False)
def _images(key: Key, _checkpoint: Checkpoint) -> Packed | None:
    return pack_images(cached.originals(_checkpoint))
