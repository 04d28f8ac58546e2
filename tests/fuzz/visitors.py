"""A visitor that speaks Streamlit's protocol and sends what no browser would."""

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from explorer.ui.shared import pages
from tests.fuzz import values

ROOT = Path(__file__).parents[2]
PAGES = ("", *list(pages.PAGES)[1:])  # the first one has the address of the app
PARAMETERS = (
    *("checkpoint", "space", "projection", "dimensions", "colour", "point", "z", "tab", "method"),
    *("k", "seed", "noise", "smallest", "pca-latent", "pca-original", "what", "training", "admin"),
    *("near", "distance", "options", "selected", "panel", "preset", "own", "compare-tab", "grid"),
    *("left-space", "right-space", "left-picture", "right-picture", "compare-colour", "with"),
    *("path-a", "path-b", "compare-sigma", "family"),
    *("train-epochs", "train-z_dim", "train-beta", "train-widths", "train-preset", "train-start"),
    *("family", "compare-tab", "with"),
    *("grid-betas", "grid-z-dims", "picture-2", "show-cells", "distances", "tour", "step"),
    *("perplexity", "layers", "x", "fit", "scaling", "mode", "zz", "embed", "\0", "a" * 60),
)
# The server, with jobs that wait for ever: what they would compute is not what is tried.
_SERVE = (
    "import sys; from explorer.jobs import api; api._DISPATCHER.launch = lambda *a: None; "
    "from streamlit.web import cli; sys.argv = ['streamlit', 'run', 'app.py', *sys.argv[1:]]; "
    "cli.main()"
)


@dataclass
class Page:
    """What a visitor got: the texts, those of errors, and the widgets: kind by id."""

    errors: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    texts: int = 0
    said: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)  # id by label
    widgets: dict[str, str] = field(default_factory=dict)
    finished: bool = False
    reruns: int = 0

    @property
    def wrong(self) -> list[str]:
        """What must not be on a page, or is lacking."""
        unforeseen = [text for text in self.errors if "unforeseen" in text]
        secret = [text for text in self.errors if "SECRET-OF-THE-HOST" in text]
        empty = [] if self.finished and (self.texts or self.errors) else ["the page is empty"]
        return [*self.traces, *unforeseen, *secret, *empty]


class Visitor:
    """A session, as a tab of a browser has one."""

    def __init__(self, address: str) -> None:
        self._socket = connect(
            f"{address.replace('http', 'ws')}/_stcore/stream",
            origin=address,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )

    def open(self, page: str, query: str, states: dict[str, tuple[str, Any]] | None = None) -> Page:
        """Ask for a page, with the states of widgets by their ids; return what comes."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        for name, (kind, value) in (states or {}).items():
            _set(message.rerun_script.widget_states.widgets.add(id=name), kind, value)
        self._socket.send(message.SerializeToString())
        return self._heard()

    def _heard(self) -> Page:
        page = Page()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            message = ForwardMsg()
            content = self._socket.recv(timeout=60)
            assert isinstance(content, bytes)
            message.ParseFromString(content)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                _note(page, message.delta.new_element)
            elif kind == "script_finished":
                # A page that takes something out of its address begins again.
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    page = Page(reruns=page.reruns + 1)
                    continue
                page.finished = True
                return page
        return page

    def close(self) -> None:
        """Go."""
        self._socket.close()


def _note(page: Page, element: Any) -> None:
    kind = element.WhichOneof("type")
    inner = getattr(element, kind)
    if kind == "exception":
        page.traces.append(f"{inner.type}: {inner.message[:200]}")
    elif kind == "alert" and inner.format == 1:
        page.errors.append(inner.body)
    elif kind != "empty":
        page.texts += 1
    page.said.append(getattr(inner, "body", "") or getattr(inner, "text", ""))
    if kind == "button":
        page.buttons[inner.label] = inner.id
    if getattr(inner, "id", ""):
        page.widgets[inner.id] = kind


_STATE = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "selectbox": "string_value",
    "button_group": "string_array_value",
    "slider": "double_array_value",
    "number_input": "double_value",
    "text_input": "string_value",
    "bidi_component": "json_value",
}


def hostile(page: Page, dice: random.Random) -> dict[str, tuple[str, Any]]:
    """Return states of one to three of a page's widgets, of their own kinds."""
    known = [name for name, kind in page.widgets.items() if kind in _STATE]
    chosen = dice.sample(known, min(len(known), dice.choice((1, 1, 2, 3))))
    return {name: _state(page.widgets[name], dice) for name in chosen}


def _state(kind: str, dice: random.Random) -> tuple[str, Any]:
    state = _STATE[kind]
    text = dice.choice(values.TEXTS)
    number = float(min(dice.choice(values.NUMBERS), 10**308))
    number = dice.choice((number, number, float("nan"), float("inf"), float("-inf")))
    if state == "json_value":
        told = {name: values.value(dice) for name in ("clicked", "lasso", "place")}
        told["place"] = dice.choice((told["place"], {"z": values.value(dice), "serial": 1}))
        content = json.dumps(dice.choice((told, told, told, values.value(dice))))
        if dice.random() < 0.2:
            content = dice.choice(("[" * 100_000, "{", "NaN", '{"clicked": 1e999}', *values.TEXTS))
        return dice.choice((state, state, "json_trigger_value")), content
    choices: dict[str, Any] = {
        "trigger_value": True,
        "bool_value": True,
        "string_value": text,
        "string_array_value": [dice.choice(values.TEXTS) for _ in range(dice.randrange(3))],
        "double_array_value": [number] * dice.choice((0, 1, 1, 2)),
        "double_value": number,
    }
    return state, choices[state]


def _set(state: WidgetState, kind: str, value: Any) -> None:
    if kind.endswith("array_value"):
        holder = getattr(state, kind)
        holder.SetInParent()
        holder.data.extend(value)
    elif kind == "json_trigger_value":
        state.json_trigger_value = value
    else:
        setattr(state, kind, value)


def address(dice: random.Random) -> str:
    """Return the query of an address, of one to four parameters."""
    names = [dice.choice(PARAMETERS) for _ in range(dice.randrange(1, 5))]
    pairs = [(name, _text(dice)) for name in names]
    if dice.random() < 0.6:
        pairs.insert(0, ("checkpoint", "good"))
    query = urlencode(pairs, errors="surrogatepass")
    return query + dice.choice(
        ("", "", "", "&%ff", "&=", "&&", "&a", quote("\ud800", errors="surrogatepass"))
    )


def _text(dice: random.Random) -> str:
    act = dice.randrange(5)
    if act == 0:
        return str(dice.choice(values.NUMBERS))
    if act == 1:
        return ",".join(str(dice.choice(values.NUMBERS[:8])) for _ in range(dice.randrange(6)))
    return str(dice.choice(values.TEXTS))


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the app with the folders of this process's environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(exist_ok=True)
    log = (home / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, f"--server.port={port}", "--server.headless=true"],
        cwd=ROOT,
        env={**os.environ, "EXPLORER_WARM_UP": "0", "EXPLORER_ONE_PERSON": "0", "HOME": str(home)},
        stdout=log,
        stderr=log,
    )
    url = f"http://localhost:{port}"
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                    break
            except OSError:
                continue
        yield url
        assert process.poll() is None, "the server ended"
    finally:
        process.terminate()
        process.wait(20)
        log.close()
