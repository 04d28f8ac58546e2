"""Decode: drag a slider, and the image follows the hand."""

from explorer.checkpoints import Checkpoint
from explorer.ui.components.pad import is_built, latent_pad
from explorer.ui.decode import pad_data, server_decoder
from explorer.ui.shared import routing, state

_NOT_BUILT = "The browser's decoder is not built (`make run` builds it)."


def _show(checkpoint: Checkpoint) -> None:
    start = pad_data.start(checkpoint)
    reason = _NOT_BUILT
    if is_built():
        heard = latent_pad(pad_data.pad_data(checkpoint, start), key="pad")
        if heard.z is not None:
            pad_data.keep(start, heard.z)
        if heard.failure is None:
            return
        reason = heard.failure
    pad_data.keep(start, tuple(server_decoder.pad(checkpoint, start, reason).tolist()))


routing.through_app()
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
