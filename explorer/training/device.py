"""What Keras trains on: the device, its name, and what is kept on it."""

import keras
import numpy as np

from explorer.training import backend as backends

_MAX_BYTES_ON_DEVICE = 2**31


def describe() -> dict[str, str]:
    """Return what is trained on: `backend` and `keras` with versions, `device` and `memory`."""
    backend = keras.backend.backend()
    kind = "gpu" if _has_gpu(backend) else "cpu"
    version = __import__(backend).__version__
    name = backends.cpu_name() if kind == "cpu" else _gpu_name(backend)
    return {
        "backend": f"{backend} {version}",
        "keras": keras.__version__,
        "device": name,
        "memory": backends.memory(kind),
    }


def _has_gpu(backend: str) -> bool:
    if backend == "torch":  # Keras lists no devices for PyTorch
        import torch

        return bool(torch.cuda.is_available())
    return str(keras.distribution.list_devices()[0]).startswith("gpu")


def distribute(sizes: tuple[int, ...]) -> None:
    """Share each batch among several GPUs, where there are several that divide it evenly."""
    if keras.backend.backend() != "jax":  # Keras shares data among devices with JAX
        return
    devices = [str(device) for device in keras.distribution.list_devices()]
    shared = backends.parallel(devices, sizes)
    if len(shared) > 1:
        keras.distribution.set_distribution(
            keras.distribution.DataParallel(devices=shared, auto_shard_dataset=False)
        )


def fits(images: np.ndarray) -> bool:
    """Whether to keep the training images on the device: on a GPU, and if they leave it room."""
    on_gpu = _has_gpu(keras.backend.backend())
    return on_gpu and images.nbytes <= _MAX_BYTES_ON_DEVICE


def _gpu_name(backend: str) -> str:
    if backend == "tensorflow":
        import tensorflow as tf

        details = tf.config.experimental.get_device_details(
            tf.config.list_physical_devices("GPU")[0]
        )
        return f"GPU: {details.get('device_name', 'unknown')}"
    if backend == "jax":
        import jax

        return f"GPU: {jax.devices()[0].device_kind}"
    import torch

    return f"GPU: {torch.cuda.get_device_name(0)}"
