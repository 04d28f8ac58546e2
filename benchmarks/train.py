"""`python -m benchmarks.train`: images/s of a training here against plain `model.fit`.

    python -m benchmarks.train [--preset B] [--epochs 5] [--dataset fashion_mnist]

Both train the same model with the same batches in the same run, on whatever device is there; the
plain one calls `fit` on the images as NumPy arrays with Keras' defaults. The first epoch, which
compiles, is not counted. The epochs here include what a training from the page does besides:
reports, the state on disk and the snapshots after each epoch.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from dataclasses import replace

from benchmarks.data import need
from explorer import datasets
from explorer.models.spec import ModelSpec
from explorer.training import backend, run_store, snapshots
from explorer.training.presets import PRESETS
from explorer.training.spec import TrainSpec


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", choices=list(PRESETS), default="B")
    parser.add_argument("--dataset", choices=list(datasets.DATASETS))
    parser.add_argument("--epochs", type=int, default=5, help="counted; one more comes first")
    options = parser.parse_args()
    backend.select()
    spec = replace(PRESETS[options.preset].spec, epochs=options.epochs + 1)
    if options.dataset:
        spec = _for_dataset(spec, options.dataset)
    need(spec.dataset)

    from explorer.training import device

    n = len(datasets.load(spec.dataset, "train", validation_size=spec.validation_size).images)
    used = device.describe()
    print(f"{used['backend']}, keras {used['keras']}, {used['device']}, {used['memory']}")
    print(f"{spec.command}: {n:,} images, {spec.model.parameters:,} parameters")
    here = n / statistics.median(_ours(spec))
    plain = n / statistics.median(_plain(spec))
    print(f"here      {here:12,.0f} images/s")
    print(f"plain fit {plain:12,.0f} images/s")
    print(f"ratio     {here / plain:12.2f}")


def _for_dataset(spec: TrainSpec, name: str) -> TrainSpec:
    shape = datasets.info(name).image_shape
    model = spec.model
    widths = model.widths
    other = ModelSpec(model.kind, model.architecture, shape, model.z_dim, widths, loss=model.loss)
    return replace(spec, dataset=name, model=other)


def _ours(spec: TrainSpec) -> list[float]:
    """Return the seconds of each epoch but the first, snapshots and state included."""
    from explorer.training import fit

    ends: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_CHECKPOINTS"] = folder
        run_store.create("benchmark", spec)
        snapshots_folder = run_store.folder("benchmark") / run_store.SNAPSHOTS
        record = snapshots.recorder(
            snapshots_folder, datasets.load(spec.dataset, "test"), spec.epochs
        )

        def on_epoch(model: object, history: list[dict[str, float]]) -> None:
            record(model, history)
            ends.append(time.perf_counter())

        fit.train(
            spec,
            "benchmark",
            resume=True,
            report=lambda progress: len(ends) < spec.epochs,
            on_epoch=on_epoch,
        )
    return [after - before for before, after in itertools.pairwise(ends)]


def _plain(spec: TrainSpec) -> list[float]:
    """Return the seconds of each epoch but the first of `model.fit` as one would write it."""
    import keras

    from explorer.training.model import build

    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            ends.append(time.perf_counter())

    ends: list[float] = []
    split = {"validation_size": spec.validation_size, "seed": spec.seed}
    images = datasets.load(spec.dataset, "train", **split).images
    kind = "validation" if spec.validation_size else "test"
    validation = datasets.load(spec.dataset, kind, **split).images
    model = build(spec, seed=spec.seed)
    model.compile(keras.optimizers.Adam(spec.learning_rate))
    model.fit(
        images,
        batch_size=spec.batch_size,
        epochs=spec.epochs,
        validation_data=(validation, None),
        callbacks=[Clock()],
        verbose=0,
    )
    return [after - before for before, after in itertools.pairwise(ends)]


if __name__ == "__main__":
    main()
