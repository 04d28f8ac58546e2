"""The built-in data sets: a new one is an entry here."""

from explorer.datasets import shapes
from explorer.datasets.base import DatasetInfo, Drawing
from explorer.datasets.sources import CACHE, OWN, SHIPPED, Debian, ScikitLearnDigits

_DIGITS = tuple("0123456789")

# Cortes and LeCun, "The MNIST database": fitted into 20 of 28 pixels, centred by mass.
_AS_MNIST = Drawing(fill=20 / 28, centre="mass")
# Fashion-MNIST (Xiao et al. 2017) and the digits of UCI: cut at the ink, fitted into the image.
_CUT = Drawing(fill=1.0, centre="box")

DATASETS = {
    info.name: info
    for info in (
        DatasetInfo(
            "digits",
            "Digits (8 × 8)",
            (8, 8, 1),
            _DIGITS,
            n_train=1198,
            n_test=599,
            sources=(ScikitLearnDigits(),),
            white=16,
            downloadable=False,
            drawing=_CUT,
        ),
        DatasetInfo(
            "fashion_mnist",
            "Fashion-MNIST",
            (28, 28, 1),
            (
                *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
                *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            ),
            n_train=60_000,
            n_test=10_000,
            sources=(OWN, SHIPPED, Debian("dataset-fashion-mnist"), CACHE),
            drawing=_CUT,
        ),
        DatasetInfo(
            "mnist",
            "MNIST",
            (28, 28, 1),
            _DIGITS,
            n_train=60_000,
            n_test=10_000,
            sources=(OWN, SHIPPED, CACHE),
            drawing=_AS_MNIST,
        ),
        DatasetInfo(
            "cifar10",
            "CIFAR-10",
            (32, 32, 3),
            (
                *("airplane", "automobile", "bird", "cat", "deer"),
                *("dog", "frog", "horse", "ship", "truck"),
            ),
            n_train=50_000,
            n_test=10_000,
            sources=(OWN, SHIPPED, CACHE),
        ),
        DatasetInfo(
            "shapes",
            "Shapes (16 × 16)",
            (shapes.SIZE, shapes.SIZE, 1),
            shapes.SHAPES,
            n_train=shapes.N_TRAIN,
            n_test=shapes.N_TEST,
            sources=(shapes.Shapes(),),
            downloadable=False,
            factors=shapes.FACTORS,
        ),
    )
}
