"""Which library trains, and on what: decided before Keras is imported, as Keras requires."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from explorer.core.errors import ExplorerError

BACKENDS = ("tensorflow", "jax", "torch")

# In the order of preference. Asked in a process of its own: a library that has seen a GPU may take
# its memory.
_PROBES = {
    "tensorflow": "import tensorflow; print(len(tensorflow.config.list_physical_devices('GPU')))",
    "jax": "import jax; print(sum(device.platform == 'gpu' for device in jax.devices()))",
}


def choose(wanted: str, gpus: dict[str, int]) -> str:
    """Return the backend to train with: TensorFlow with a GPU, else JAX with one, else TensorFlow.

    Args:
        wanted: What the user has set, "" for nothing.
        gpus: How many GPUs each backend can use; one that is not installed is left out.

    Raises:
        ExplorerError: If the wanted backend is none, or is not installed.
    """
    if wanted:
        if wanted not in BACKENDS:
            raise ExplorerError(
                f"EXPLORER_BACKEND must be one of {', '.join(BACKENDS)}. Received: {wanted!r}."
            )
        if wanted not in gpus:
            raise ExplorerError(
                f"EXPLORER_BACKEND is {wanted!r}, which is not installed: install it as "
                "requirements-gpu.txt says, or unset EXPLORER_BACKEND."
            )
        return wanted
    return next((backend for backend in _PROBES if gpus.get(backend, 0) > 0), "tensorflow")


def select() -> str:
    """Choose the backend for this process, once, and tell Keras; return its name.

    `EXPLORER_BACKEND` decides, else Keras' own `KERAS_BACKEND`, else what `choose` finds best.
    """
    if "keras" in sys.modules:
        return str(sys.modules["keras"].backend.backend())
    wanted = os.environ.get("EXPLORER_BACKEND") or os.environ.get("KERAS_BACKEND") or ""
    backend = choose(wanted, _gpus(wanted))
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return backend


def _gpus(wanted: str) -> dict[str, int]:
    from importlib.util import find_spec

    installed = [backend for backend in BACKENDS if find_spec(backend) is not None]
    # Looking takes seconds, and is of use only where there is a GPU and a choice.
    look = not wanted and has_nvidia()
    return {backend: _count(backend) if look and backend in _PROBES else 0 for backend in installed}


def has_nvidia() -> bool:
    """Whether this machine has an NVIDIA GPU with its driver."""
    return shutil.which("nvidia-smi") is not None or Path("/dev/nvidiactl").exists()


def _count(backend: str) -> int:
    command = [sys.executable, "-c", _PROBES[backend]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = done.stdout.split()
    return int(words[-1]) if done.returncode == 0 and words and words[-1].isdigit() else 0


def parallel(devices: list[str], sizes: tuple[int, ...]) -> list[str]:
    """Return the devices that can share each batch evenly.

    Args:
        devices: All that there are.
        sizes: The sizes of all batches that will come; every one must be divisible.

    Returns:
        As many of the devices as possible; a single one where sharing is impossible.
    """
    counts = range(len(devices), 0, -1)
    return devices[: next((n for n in counts if not any(size % n for size in sizes)), 0)]


def batch_sizes(n: int, batch_size: int) -> tuple[int, ...]:
    """Return the different sizes of the batches of n images."""
    sizes = (min(n, batch_size), n % batch_size)
    return tuple(size for size in sizes if size)


def cpu_name() -> str:
    """Return the name of this machine's processor, for people."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, IndexError):
        model = platform.processor() or platform.machine()
    return f"CPU: {model}, {os.cpu_count()} cores"


def memory(kind: str) -> str:
    """Return the memory of the device, "cpu" or "gpu", for people; "" if it cannot be told."""
    if kind == "cpu":
        return f"{psutil.virtual_memory().total / 2**30:.0f} GB"
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    options: dict[str, Any] = {"capture_output": True, "text": True, "check": False}
    try:
        words = subprocess.run(command, **options).stdout.split()
    except OSError:
        return ""
    return f"{int(words[0]) / 1024:.0f} GB" if words and words[0].isdigit() else ""
