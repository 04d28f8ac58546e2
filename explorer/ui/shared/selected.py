"""Which test images are selected: on every page, after a reload, and for whoever has the link.

The URL owns it: `class-3`, or `list-` and the hash of a list that this server keeps.
"""

import hashlib
import re
from collections import OrderedDict
from threading import Lock

import numpy as np

from explorer.checkpoints import Checkpoint
from explorer.ui.components.bits import packed, unpacked
from explorer.ui.shared import cached, state

_CLASS = re.compile(r"class-([0-9]{1,6})")
# The lists of all visitors, the newest last; at most so many bytes of them.
_lists: OrderedDict[str, str] = OrderedDict()
_keeping = Lock()
_MOST_BYTES = 64_000_000


def rows(checkpoint: Checkpoint) -> np.ndarray:
    """Return the selected test images by index, ascending, shape (n_selected,).

    A list that the server has forgotten leaves the URL.
    """
    labels = cached.codes(cached.key(checkpoint)).labels
    text = state.linked(state.SELECTED, checkpoint.dataset)
    found = np.empty(0, np.int64)
    if text is not None:
        if (label := _CLASS.fullmatch(text)) is not None:
            found = np.flatnonzero(labels == int(label[1]))
        elif (bits := _lists.get(text)) is not None:
            known = unpacked(bits)
            assert known is not None
            found = known[known < len(labels)]
    state.keep(state.SELECTED, checkpoint.dataset, text if len(found) else None)
    return found


def label(checkpoint: Checkpoint) -> int | None:
    """Return which class is selected as a whole, or None."""
    found = _CLASS.fullmatch(state.linked(state.SELECTED, checkpoint.dataset) or "")
    return None if found is None else int(found[1])


def select(checkpoint: Checkpoint, indices: np.ndarray) -> None:
    """Select test images by index, none if there are none."""
    if not len(indices):
        state.keep(state.SELECTED, checkpoint.dataset, None)
        return
    bits = packed(indices)
    name = f"list-{hashlib.sha256(bits.encode()).hexdigest()[:16]}"
    with _keeping:
        _lists[name] = bits
        _lists.move_to_end(name)
        while len(_lists) > 1 and sum(map(len, _lists.values())) > _MOST_BYTES:
            _lists.popitem(last=False)
    state.keep(state.SELECTED, checkpoint.dataset, name)


def select_class(checkpoint: Checkpoint, number: int) -> None:
    """Select all test images of a class."""
    state.keep(state.SELECTED, checkpoint.dataset, f"class-{number}")
