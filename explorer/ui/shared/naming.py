"""What test images are called: by class and number; by number alone where labels are absent."""

from collections.abc import Sequence

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.ui.shared import cached, text


def labelled(checkpoint: Checkpoint) -> bool:
    """Return whether the images of a checkpoint have labels."""
    return datasets.info(checkpoint.dataset).labelled


def written(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes as pictures write them: none where there are no labels."""
    return tuple(class_names) if len(class_names) > 1 else ("",)


def title(checkpoint: Checkpoint, index: int) -> str:
    """Return what a test image is, as Markdown: "**Sandal** · image 7", or "**Image 7**"."""
    name = _class_name(checkpoint, index)
    return f"**{text.plain(name)}** · image {index:,}" if name else f"**Image {index:,}**"


def alt(checkpoint: Checkpoint, index: int) -> str:
    """Return the same for those who cannot see it: "Sandal, image 7", or "image 7"."""
    name = _class_name(checkpoint, index)
    return f"{name}, image {index:,}" if name else f"image {index:,}"


def _class_name(checkpoint: Checkpoint, index: int) -> str:
    names = datasets.info(checkpoint.dataset).class_names
    return written(names)[int(cached.codes(cached.key(checkpoint)).labels[index])]
