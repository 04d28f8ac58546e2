"""A command that draws Keras' bar of a download, watched instead of seen."""

import re
import signal
import subprocess
import sys
import threading
from typing import IO

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report

_DONE = re.compile(rb"(\d+)/(\d+)")
_SMALL = 1_000_000  # bytes: files that are there at once say nothing of how long it takes
_EVERY = 0.3  # seconds
_PATIENCE = 10.0


def run(command: list[str], environment: dict[str, str], report: Report, message: str) -> int:
    """Run a command that prints how many bytes of how many it has; return its exit status.

    Args:
        command: Program and arguments.
        environment: Its environment variables.
        report: Told of the progress; when it answers False, the command is interrupted, so that it
            can take away what is not whole.
        message: What is done.

    Raises:
        ExplorerError: If it was interrupted.
    """
    process = subprocess.Popen(
        command,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    bar = _Bar(message)
    assert process.stdout is not None
    reader = threading.Thread(target=bar.read, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        while process.poll() is None:
            if not report(bar.now):
                _interrupt(process)
                raise ExplorerError("Stopped before the end.")
            reader.join(_EVERY)  # it ends with the process
        return process.wait()
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def _interrupt(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


class _Bar:
    """What was last read of the bar.

    Attributes:
        now: The progress.
    """

    def __init__(self, message: str) -> None:
        self.now = Progress(0.0, message)
        self._message = message

    def read(self, stream: IO[bytes]) -> None:
        """Read to the end."""
        for line in iter(lambda: stream.readline(10_000), b""):
            for done, total in _DONE.findall(line):
                self._note(int(done), int(total))

    def _note(self, done: int, total: int) -> None:
        if total >= _SMALL and done <= total:
            told = f"{self._message}: {done / 1e6:.0f} of {total / 1e6:.0f} MB"
            self.now = Progress(done / total, told)
