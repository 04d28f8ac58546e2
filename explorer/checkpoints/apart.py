"""Foreign ONNX graphs, run in a process of their own with limits of time and memory.

A graph that we did not write may compute without end, or ask for more memory than there is. Its
process may be killed: nothing else is in it.
"""

import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

_SCRIPT = Path(__file__).with_name("graph_process.py")
# Seconds of processor time: to load a graph, for a call, and for each input of a call.
LOAD_SECONDS = 10.0
CALL_SECONDS = 3.0
INPUT_SECONDS = 0.02
# Where processor time is not limited, or none is given: so often the time by the clock.
_PATIENCE = 5.0
MAX_BYTES = 400_000_000  # of a foreign graph
_MEMORY = 2_000_000_000  # beside four times the graph
_MAX_OUTPUT = 512 * 1024**2
_MOST_PROCESSES = 4
_LONGEST_ANSWER = 100_000


class Broken(Exception):
    """A graph that cannot be used; the message says why, as the end of a sentence.

    Attributes:
        lasting: Whether it broke a limit, so that it need not be tried again.
    """

    def __init__(self, reason: str, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


# The latest used is the last.
_RUNNING: "OrderedDict[int, weakref.ref[Apart]]" = OrderedDict()
_COUNTING = threading.Lock()


class Apart:
    """A graph in a process of its own, which is started when it is needed.

    Attributes:
        shape: Of its one input, with the batch; 0 where a size is left open.
    """

    def __init__(self, content: bytes) -> None:
        """Load a graph.

        Raises:
            Broken: If it cannot be loaded within the limits.
        """
        if len(content) > MAX_BYTES:
            raise Broken("it is larger than any foreign model that is run here")
        self._content = content
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._kill: Callable[[], object] = bool
        self.shape: tuple[int, ...] = ()
        with self._lock:
            self._start()

    def run(self, x: np.ndarray) -> list[np.ndarray]:
        """Return the outputs for inputs, float32, with the batch first.

        Raises:
            Broken: If it fails, or not within the limits.
        """
        seconds = CALL_SECONDS + INPUT_SECONDS * len(x)
        with self._lock:
            if self._process is None:
                self._start()
            self._remember()
            head = {"shape": x.shape, "size": x.nbytes, "seconds": seconds}
            data = np.ascontiguousarray(x).data
            outputs: list[np.ndarray] = self._asked(head, data, seconds, self._outputs)
            return outputs

    def close(self) -> None:
        """End the process; the next call starts another one."""
        with self._lock:
            self._end()

    def _start(self) -> None:
        with tempfile.TemporaryDirectory(prefix="explorer-") as nowhere:
            # Nothing of ours in its surroundings: no folder with files, no tokens.
            process = subprocess.Popen(
                [sys.executable, "-P", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=nowhere,
                env={key: os.environ[key] for key in _SURROUNDINGS if key in os.environ},
            )
            self._process = process
            self._kill = weakref.finalize(self, _kill, process)
            head = {
                "size": len(self._content),
                "memory": _MEMORY + 4 * len(self._content),
                "seconds": LOAD_SECONDS,
            }
            answer = self._asked(
                head, memoryview(self._content), LOAD_SECONDS, lambda head, _: head
            )
        shape = answer.get("shape")
        if not isinstance(shape, list) or not all(type(size) is int for size in shape):
            raise Broken("it is damaged")
        self.shape = tuple(shape)
        self._remember()

    def _asked(self, head: dict[str, Any], data: memoryview, seconds: float, read: Any) -> Any:
        """Send a request; return what `read` makes of the answer."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(_PATIENCE * seconds, process.kill)
        late.daemon = True
        late.start()
        try:
            process.stdin.write(json.dumps(head).encode() + b"\n")
            process.stdin.write(data)
            process.stdin.flush()
            answer = json.loads(process.stdout.readline(_LONGEST_ANSWER))
            if "error" not in answer:
                return read(answer, process.stdout)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise self._died(seconds) from error
        finally:
            late.cancel()
        memory = answer["error"] == "memory"
        if "shape" not in head:  # it could not be loaded
            self._end()
            raise Broken(_TOO_MUCH if memory else "it is damaged", True)
        raise Broken(_TOO_MUCH if memory else "it fails when it is run", memory)

    def _outputs(self, head: dict[str, Any], stream: IO[bytes]) -> list[np.ndarray]:
        about = [(dtype, [_size(size) for size in shape]) for dtype, shape in head["outputs"]]
        if any(dtype != "float32" for dtype, _ in about):
            raise Broken("it gives something else than 32-bit numbers")
        sizes = [4 * math.prod(shape) for _, shape in about]
        if sum(sizes) > _MAX_OUTPUT:
            self._end()
            raise Broken("it gives more numbers than an image or a code has", True)
        parts = [stream.read(size) for size in sizes]
        return [
            np.frombuffer(part, np.float32).reshape(shape)
            for part, (_, shape) in zip(parts, about, strict=True)
        ]

    def _died(self, seconds: float) -> Broken:
        """Say why there was no answer."""
        process = self._process
        assert process is not None
        self._end()
        if process.returncode == -_XCPU:
            return Broken(f"it computes for longer than {seconds:.0f} s", True)
        return Broken("its process ended, or did not answer in time")

    def _end(self) -> None:
        self._process = None
        with _COUNTING:
            _RUNNING.pop(id(self), None)
        self._kill()

    def _remember(self) -> None:
        """Note that it was used, and end the process that was not used for longest."""
        with _COUNTING:
            _RUNNING[id(self)] = weakref.ref(self)
            _RUNNING.move_to_end(id(self))
            idle = [ref() for ref in list(_RUNNING.values())[:-_MOST_PROCESSES]]
        for other in idle:
            # One that computes at this moment is left alone: it will be asked again.
            if other is not None and other._lock.acquire(blocking=False):
                try:
                    other._end()
                finally:
                    other._lock.release()


def _size(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


_TOO_MUCH = "it needs more memory than is allowed"
_XCPU = 24  # SIGXCPU, which Windows does not have
_SURROUNDINGS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    # It may have gone before, or be waited for by another thread.
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # what was not sent yet
                stream.close()
