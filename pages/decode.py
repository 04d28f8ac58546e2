"""Decode: drag a slider, and the image follows the hand."""

from explorer.checkpoints import Checkpoint
from explorer.ui import decoding, routing, server_decoder, state
from explorer.ui.latent_pad import is_built, latent_pad

_NOT_BUILT = "The browser's decoder is not built (`make run` builds it)."


def _show(checkpoint: Checkpoint) -> None:
    start = decoding.start(checkpoint)
    reason = _NOT_BUILT
    if is_built():
        heard = latent_pad(decoding.pad_data(checkpoint, start), key="pad")
        if heard.z is not None:
            decoding.keep(start, heard.z)
        if heard.failure is None:
            return
        reason = heard.failure
    decoding.keep(start, tuple(server_decoder.pad(checkpoint, start, reason).tolist()))


routing.through_app()
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
