"""The architectures that there are: a new one is its file and its line here."""

from explorer.models.base import Architecture
from explorer.models.cnn import CNN
from explorer.models.dense import DENSE
from explorer.models.mlp import MLP
from explorer.models.resnet import RESNET
from explorer.models.vanilla import VANILLA

ARCHITECTURES: dict[str, Architecture] = {
    item.name: item
    for item in (
        CNN,
        DENSE,
        MLP,
        RESNET,
        VANILLA,
    )
}
