"""Several training steps in one call of the device, for JAX."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

TrainStep = Callable[[Any, Any], Any]
TrainFunction = Callable[[Any, Iterator[Any]], Any]


def scan_train_function(
    train_step: TrainStep, train_function: TrainFunction, n: int
) -> TrainFunction:
    """Return a Keras `train_function` for JAX that does n steps in one compiled loop.

    Keras calls the device once for each step, and on a fast one that call takes longer than the
    step of a small model. Batches must be small themselves, like row numbers: n of them are
    stacked.

    Args:
        train_step: `model.train_step(state, data)`, which answers (logs, state).
        train_function: Keras' own, for what remains at the end of an epoch.
        n: How many steps.
    """
    import jax

    def loop(state: Any, batches: Any) -> Any:
        def body(state: Any, batch: Any) -> Any:
            logs, state = train_step(state, batch)
            return state, logs

        state, logs = jax.lax.scan(body, state, batches)
        # The metrics are running means: the last are those of all steps.
        return jax.tree.map(lambda values: values[-1], logs), state

    compiled = jax.jit(loop, donate_argnums=0)

    def run(state: Any, iterator: Iterator[Any]) -> Any:
        batches = list(itertools.islice(iterator, n))
        shapes = {leaf.shape for leaf in jax.tree.leaves(batches)}
        if len(batches) < n or len(shapes) > 1:
            return train_function(state, iter(batches))
        stacked = jax.tree.map(lambda *leaves: jax.numpy.stack(leaves), *batches)
        return compiled(state, stacked)

    return run
