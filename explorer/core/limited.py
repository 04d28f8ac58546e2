"""A function run in a process of its own, with limits of time, memory and the size of files.

Who reads what a visitor brought does it here: a file that is made to fill the memory, or to keep
its reader busy, ends this process and nothing else. Pages let a job do it, so that they never wait.
"""

import contextlib
import importlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import explorer
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent

try:
    import resource
except ImportError:  # Windows: the parent limits the time alone
    resource = None  # type: ignore[assignment]

_PATIENCE = 5.0  # so often the processor time by the clock, where it is limited at all
_LONGEST_LINE = 10_000_000
_XCPU = 24  # SIGXCPU, which Windows does not have
# Of what is in the surroundings; tokens and folders of the app are not.
_SURROUNDINGS = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "HOME")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Limits:
    """What a function may take.

    Attributes:
        seconds: Of processor time; five times as much by the clock.
        memory: Bytes that it may ask for.
        file: Bytes of each file that it writes.
    """

    seconds: float = 600.0
    memory: int = 3_000_000_000
    file: int = 20_000_000_000


def run(
    function: Callable[..., Any],
    *args: Any,
    limits: Limits = Limits(),
    environment: dict[str, str] | None = None,
    report: Report = silent,
    what: str = "This file",
) -> Any:
    """Return what `function(*args, report=report)` returns: a JSON value.

    Args:
        function: A top-level function of a module.
        args: Anything that can be pickled; it goes to the process, nothing pickled comes back.
        limits: What it may take.
        environment: Variables that the process has besides the few that all have.
        report: Takes the progress; when it answers False, the process is ended.
        what: What is read, as the beginning of a sentence.

    Raises:
        ExplorerError: If the function raises one, breaks a limit, or is stopped.
    """
    call = pickle.dumps((function.__module__, function.__qualname__, args))
    with tempfile.TemporaryDirectory(prefix="explorer-") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "-m", "explorer.core.limited"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=nowhere,
            env=_environment(environment or {}),
        )
        expired = threading.Event()
        late = threading.Timer(_PATIENCE * limits.seconds, _expire, (process, expired))
        late.daemon = True
        late.start()
        try:
            answer = _talk(process, call, limits, report)
        finally:
            late.cancel()
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                with contextlib.suppress(OSError):
                    stream.close()
    in_time = process.returncode != -_XCPU and not expired.is_set()
    return _result(answer, in_time, limits, what)


def _expire(process: "subprocess.Popen[bytes]", expired: threading.Event) -> None:
    expired.set()
    process.kill()


def _environment(more: dict[str, str]) -> dict[str, str]:
    paths = [str(Path(explorer.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {
        **{key: os.environ[key] for key in _SURROUNDINGS if key in os.environ},
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        **dict.fromkeys(_ONE_THREAD, "1"),
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        **more,
    }


def _talk(
    process: "subprocess.Popen[bytes]", call: bytes, limits: Limits, report: Report
) -> dict[str, Any]:
    """Send the call; return the last answer, {} if the process ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = {"size": len(call), **vars(limits)}
    try:
        process.stdin.write(json.dumps(head).encode() + b"\n" + call)
        process.stdin.flush()
        while line := process.stdout.readline(_LONGEST_LINE):
            answer = json.loads(line)
            if "fraction" not in answer:
                process.wait(timeout=10)
                return dict(answer)
            if not report(Progress(float(answer["fraction"]), str(answer["message"]))):
                return {"error": "Stopped before the end."}
    except (OSError, ValueError, TypeError, KeyError, subprocess.TimeoutExpired):
        process.kill()
    process.wait()
    return {}


def _result(answer: dict[str, Any], in_time: bool, limits: Limits, what: str) -> Any:
    if "result" in answer:
        return answer["result"]
    if "error" in answer:
        raise ExplorerError(str(answer["error"]))
    if "unexpected" in answer:
        raise RuntimeError(str(answer["unexpected"]))
    if answer.get("limit") == "memory":
        raise ExplorerError(
            f"{what} needs more than the {limits.memory / 1e9:.0f} GB of memory that are allowed: "
            "bring a smaller one."
        )
    if answer.get("limit") == "file":
        raise ExplorerError(
            f"{what} gives more than the {limits.file / 1e9:.0f} GB that are allowed on the disk: "
            "bring a smaller one."
        )
    if not in_time:
        raise ExplorerError(
            f"{what} takes more than {limits.seconds:.0f} s to read: bring a smaller one."
        )
    raise ExplorerError(
        f"{what} could not be read: its process was ended, as happens for lack of memory; bring a "
        "smaller one."
    )


# In the process


def _limit(limits: Limits) -> None:
    if resource is not None:
        # Files that are mapped do not count; elsewhere than on Linux, little is limited by DATA.
        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        for limited, value in (
            (kind, limits.memory),
            (resource.RLIMIT_FSIZE, limits.file),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, int(limits.seconds) + 1),
        ):
            with contextlib.suppress(ValueError, OSError):  # the machine's own may be lower
                resource.setrlimit(limited, (value, resource.RLIM_INFINITY if value else 0))
        os.nice(5)


def _end_with_parent(requests: IO[bytes]) -> None:
    requests.read()
    os._exit(1)


def _answer_of(call: bytes, report: Report) -> dict[str, Any]:
    try:
        module, name, args = pickle.loads(call)
        function = getattr(importlib.import_module(module), name)
        return {"result": function(*args, report=report)}
    except ExplorerError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"limit": "memory"}
    except OSError as error:
        if error.errno == 27:  # EFBIG
            return {"limit": "file"}
        return {"unexpected": f"{type(error).__name__}: {error}"}
    except Exception as error:
        if "alloc" in str(error).lower():  # of what libraries raise for lack of memory
            return {"limit": "memory"}
        return {"unexpected": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer one call: its head is a line of JSON, its size and limits."""
    requests = sys.stdin.buffer
    # What libraries print goes elsewhere than the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    head = json.loads(requests.readline())
    call = requests.read(head.pop("size"))
    _limit(Limits(**head))
    threading.Thread(target=_end_with_parent, args=(requests,), daemon=True).start()

    def say(content: dict[str, Any]) -> None:
        answers.write(json.dumps(content).encode() + b"\n")
        answers.flush()

    def report(progress: Progress) -> bool:
        say({"fraction": progress.fraction, "message": progress.message})
        return True

    say(_answer_of(call, report))
    os._exit(0)  # the thread that reads would be waited for


if __name__ == "__main__":
    main()
