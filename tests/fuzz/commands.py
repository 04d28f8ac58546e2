"""Commands that are killed, or one of their workers: see `tests.fuzz.kills`."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from explorer import checkpoints, datasets
from explorer.runs import large
from tests.fuzz.kinds import PATIENCE, folders, until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Command:
    """A command that leaves file after file.

    Attributes:
        words: After `python -m explorer`; paths are relative to the folder that it runs in.
        files: What it leaves.
        parts: How many files of that pattern there are at its end.
        before: Commands whose results it needs.
    """

    words: str
    files: str
    parts: int
    before: tuple[str, ...] = ()


_CHUNKS = 30  # of 20 images
_ENCODE = "encode mine --images images.npy --codes codes --chunk 20 --distributed"
COMMANDS = {
    "encode --distributed": Command(_ENCODE, "codes/codes-*.parquet", _CHUNKS),
    "cluster --distributed": Command(
        "cluster mine --codes codes --method gmm --n-clusters 5 --distributed --json",
        "codes/gmm-*/*.parquet",
        _CHUNKS,
        (_ENCODE,),
    ),
    "download": Command("download fashion_mnist", "cache/fashion_mnist.npz", 1),
}
_KERAS = """import numpy as np
def load_data():
    draw = np.random.default_rng(0).integers
    part = lambda n: (draw(0, 256, (n, 28, 28), np.uint8), np.arange(n, dtype=np.uint8) % 10)
    return part(20_000), part(2_000)
"""


def _run(words: str, folder: Path) -> psutil.Popen:
    """Start a command; in the place of Keras, which would fetch a file, stands `_KERAS`."""
    return psutil.Popen(
        [sys.executable, "-m", "explorer", *words.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder / 'keras'}{os.pathsep}{ROOT}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def case(name: str, victim: str, moment: str) -> list[str]:
    """Do one case of a command, or of one of its workers; return what was wrong."""
    about = COMMANDS[name]
    with folders() as folder:
        np.save(folder / "images.npy", datasets.load("digits", "test").images)
        (folder / "keras" / "keras" / "datasets").mkdir(parents=True)
        (folder / "keras" / "keras" / "__init__.py").touch()
        (folder / "keras" / "keras" / "datasets" / "__init__.py").touch()
        (folder / "keras" / "keras" / "datasets" / "fashion_mnist.py").write_text(_KERAS)
        for words in about.before:
            assert _run(words, folder).wait() == 0
        command = _run(about.words, folder)

        def workers() -> list[psutil.Process]:
            found = command.children(recursive=True) if command.is_running() else []
            # Dask's workers; the tracker of their semaphores is none.
            return [each for each in found if "tracker" not in " ".join(_words(each))]

        def reached() -> bool:
            there = len(list(folder.glob(about.files)))
            if command.poll() is not None:
                return True
            if moment == "start":
                return bool(workers())
            if moment == "end":
                return there == about.parts
            return there > 0 or (about.parts == 1 and bool(list(folder.glob("cache/.writing-*"))))

        until(reached)
        family = workers()
        ending = family if victim == "app" else family[-1:]
        for killed in [command] if victim == "app" else ending:
            with contextlib.suppress(psutil.NoSuchProcess):  # it has ended
                killed.kill()
        if psutil.wait_procs(ending, timeout=60)[1]:
            return ["processes go on"]
        again = command.wait(PATIENCE) != 0
        wrong = []
        if again and victim == "worker" and name != "download":
            wrong.append(f"it did not survive its worker: {command.returncode} {_told(command)}")
        if again:
            second = _run(about.words, folder)
            if second.wait(PATIENCE) != 0:
                wrong.append(f"done again, it failed: {_told(second)}")
        if (there := len(list(folder.glob(about.files)))) != about.parts:
            wrong.append(f"{there} of {about.parts} parts")
        if name == "encode --distributed":
            z = [large.read_codes(folder / "codes", 20 * part)[0] for part in range(_CHUNKS)]
            if not np.allclose(
                np.concatenate(z), checkpoints.get("mine").codes().latent.z_mean, atol=1e-5
            ):
                wrong.append("the codes are others than those in memory")
        elif name == "download":
            arrays = np.load(folder / "cache" / "fashion_mnist.npz")
            wrong += [] if len(arrays["x_train"]) == 20_000 else ["it is not whole"]
    return wrong


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _told(command: psutil.Popen) -> str:
    return str(command.stderr.read().decode()[-500:])
