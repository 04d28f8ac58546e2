"""Streamlit pages served and opened for a measurement."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
# The last seven keep Chromium from looking for its makers on machines without a network.
ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(script: str, **environment: str) -> Iterator[str]:
    """Serve a script, given relative to the project, on a free port; yield its address.

    Nothing is compiled in the background meanwhile, unless EXPLORER_WARM_UP says so. With
    STREAMLIT_SERVER_BASE_URL_PATH it is served under that path.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, script, str(port)]
    if not script.startswith("benchmarks/launch"):
        command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.headless=true"],
        cwd=ROOT,
        env={"EXPLORER_WARM_UP": "0", **os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
        address = f"http://localhost:{port}/{base}".rstrip("/")
        _wait(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            continue
    raise RuntimeError("The server ended before it answered.")
