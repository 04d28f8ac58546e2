"""A process that runs one foreign ONNX graph within limits: `explorer.checkpoints.apart` starts it.

It loads nothing of this package, so that it is there at once. A request is a line of JSON and then
bytes; so is an answer. It ends with its standard input.
"""

import json
import os
import sys
from typing import Any, BinaryIO

import numpy as np
import onnxruntime

try:
    import resource
except ImportError:  # Windows: the parent limits the time alone
    resource = None  # type: ignore[assignment]


def _limit(memory: int) -> None:
    """Take what it does not need: more memory (bytes), files to write, other processes' time."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)


def _allow(seconds: float) -> None:
    """Let the next step use so many seconds of processor time, or be killed (SIGXCPU)."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        end = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def _load(content: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _answer(out: BinaryIO, head: dict[str, Any], *arrays: np.ndarray) -> None:
    out.write(json.dumps(head).encode() + b"\n")
    for array in arrays:
        out.write(array.tobytes())
    out.flush()


def _failed(error: BaseException) -> dict[str, Any]:
    text = str(error).lower()
    memory = isinstance(error, MemoryError) or "alloc" in text
    return {"error": "memory" if memory else "failed"}


def main(requests: BinaryIO, answers: BinaryIO) -> None:
    """Load a graph and run it again and again."""
    head = json.loads(requests.readline())
    content = requests.read(head["size"])
    _limit(head["memory"])
    _allow(head["seconds"])
    try:
        session = _load(content)
        (given,) = session.get_inputs()
    except Exception as error:
        return _answer(answers, _failed(error))
    _answer(answers, {"shape": [s if isinstance(s, int) else 0 for s in given.shape]})
    del content
    while line := requests.readline():
        head = json.loads(line)
        x = np.frombuffer(requests.read(head["size"]), np.float32).reshape(head["shape"])
        _allow(head["seconds"])
        try:
            outputs = [
                np.ascontiguousarray(output) for output in session.run(None, {given.name: x})
            ]
        except Exception as error:
            _answer(answers, _failed(error))
            continue
        about = [[str(output.dtype), list(output.shape)] for output in outputs]
        numbers = all(output.dtype == np.float32 for output in outputs)
        _answer(answers, {"outputs": about}, *(outputs if numbers else ()))
    return None


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
