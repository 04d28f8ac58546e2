"""The images of a click, decoded by the browser before the server answers."""

from collections.abc import Sequence

from explorer.checkpoints import Checkpoint
from explorer.ui.components.frontend import mount
from explorer.ui.server import files


def preview(checkpoint: Checkpoint, places: Sequence[str], gallery: str) -> None:
    """Show the images of a click before the server answers: the browser decodes them.

    It draws nothing itself. Until it is loaded, and where there is no decoder, the images come with
    the server's answer.

    Args:
        checkpoint: Whose test images are clicked.
        places: Keys of the charts and galleries on which they are.
        gallery: Key of the gallery that shows them; its tiles have roles.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    if not checkpoint.model.decodes:
        return
    mount(
        {
            "role": "preview",
            "places": list(places),
            "gallery": gallery,
            "image_shape": checkpoint.model.image_shape,
            "z_dim": checkpoint.z_dim,
            "model": files.address(checkpoint, "decoder"),
            "codes": files.address(checkpoint, "codes"),
            "images": files.image_address(checkpoint),
            "image": files.single_address(checkpoint),
        },
        key=f"{gallery}-preview",
    )
