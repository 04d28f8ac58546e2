"""Decode: drag a slider, and the image follows the hand."""

from explorer.checkpoints import Checkpoint
from explorer.ui.components.pad import latent_pad
from explorer.ui.decode import pad_data
from explorer.ui.shared import state, title
from explorer.ui.shared.fragment import fragment


@fragment()
def _show(checkpoint: Checkpoint) -> None:
    start = pad_data.start(checkpoint)
    z = latent_pad(pad_data.pad_data(checkpoint, start), key="pad")
    if z is not None:
        pad_data.keep(start, z)


title.draw("decode")
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
