"""A visitor without a browser: Streamlit's own protocol over a web socket."""

import asyncio
import json
import re
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

# What our component is told to fetch; a browser fetches each once.
_FILE = re.compile(r'"(explorer/[^"]+)"')
_SECONDS = 60.0
_RUNS_KEPT = 2  # for so many runs a browser keeps a message that it may be asked to show again


class Visitor:
    """One tab: opens pages, changes widgets, takes in all that is drawn.

    Each action returns the seconds until the page, and the files that it names, are there.

    Args:
        address: Of the app.
        files: What the visitor's browser has kept of earlier visits; what is fetched is added.

    Attributes:
        errors: What a page called an error.
        messages: How many came over the web socket.
        received: Bytes of all messages and files.
    """

    def __init__(self, address: str, files: set[str] | None = None) -> None:
        self.errors: list[str] = []
        self.messages = 0
        self.received = 0
        self._parts = urlsplit(address)
        self._cookie = ""
        self._page = ""
        self._pages: dict[str, str] = {}
        self._query: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._fragments: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._kept: dict[str, int] = {}
        self._messages: dict[str, ForwardMsg] = {}
        self._runs = 0
        self._watched: tuple[str, float] | None = None
        self._wanted: set[str] = set()
        self._fetched = set() if files is None else files
        self._data: dict[str, str] = {}
        self._socket: Any = None

    async def __aenter__(self) -> Self:
        head = await self._get("")
        found = re.search(rb"(?i)set-cookie: ([^;\r]+)", head)
        self._cookie = found[1].decode() if found else ""
        self._socket = await websockets.connect(
            f"ws://{self._parts.netloc}{self._parts.path}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": self._cookie},
            max_size=None,
            compression=None,
            open_timeout=_SECONDS,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()

    async def open(self, page: str = "", **query: str) -> float:
        """Open a page, "" for the first one, with the parameters of a link."""
        began = time.perf_counter()
        self._query = query
        self._page = self._pages.get(page, "")
        self._ids, self._fragments, self._states = {}, {}, {}
        await self._run()
        await self._fetch()
        return time.perf_counter() - began

    async def change(self, key: str, **value: Any) -> float:
        """Give a widget a value of its kind, by its key."""
        return await self._tell(key, WidgetState(id=self._ids[key], **value))

    async def choose(self, key: str, option: str) -> float:
        """Choose one of a row of buttons."""
        state = WidgetState(id=self._ids[key])
        state.string_array_value.data.append(option)
        return await self._tell(key, state)

    def key(self, pattern: str) -> str:
        """Return the key of the page's first widget that a pattern fits."""
        return next(key for key in self._ids if re.fullmatch(pattern, key))

    def data(self, key: str) -> Any:
        """Return what our component of that key was told to draw."""
        (message,) = json.loads(self._data[key])
        return message

    async def tell(self, key: str, **state: Any) -> float:
        """Let our component tell something that stays."""
        return await self._tell(key, WidgetState(id=self._ids[key], json_value=json.dumps(state)))

    async def trigger(self, key: str, name: str, value: Any) -> float:
        """Let our component tell something that happens once."""
        state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{self._ids[key]}__events")
        state.json_trigger_value = json.dumps([{"event": name, "value": value}])
        elapsed = await self._tell(key, state)
        del self._states[state.id]
        return elapsed

    async def _tell(self, key: str, state: WidgetState) -> float:
        began = time.perf_counter()
        self._states[state.id] = state
        await self._run(self._fragments.get(key, ""))
        await self._fetch()
        return time.perf_counter() - began

    async def _run(self, fragment: str = "") -> None:
        """Let the page be drawn, or a part of it, and again for as long as it watches a job."""
        await self._draw_once(fragment)
        while self._watched is not None:
            fragment, interval = self._watched
            await asyncio.sleep(interval)
            await self._draw_once(fragment, automatic=True)

    async def _draw_once(self, fragment: str, automatic: bool = False) -> None:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = urlencode(self._query)
        run.page_script_hash = self._page
        run.fragment_id = fragment
        run.is_auto_rerun = automatic
        run.widget_states.widgets.extend(self._states.values())
        run.cached_message_hashes.extend(self._kept)
        ends = {ForwardMsg.FINISHED_SUCCESSFULLY}
        if fragment:
            ends.add(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        # One clock for all messages: one for each would take as long as to read them.
        async with asyncio.timeout(_SECONDS):
            await self._socket.send(message.SerializeToString())
            while await self._hear() not in ends:
                pass
        self._runs += 1
        oldest = self._runs - _RUNS_KEPT
        self._kept = {name: run for name, run in self._kept.items() if run >= oldest}
        self._messages = {name: self._messages[name] for name in self._kept}

    async def _hear(self) -> Any:
        """Take in a message; return how the script ended if it says so, else None."""
        content = await self._socket.recv()
        self.messages += 1
        self.received += len(content)
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            return message.script_finished
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take(message)
        elif kind == "ref_hash":
            self._take(self._messages[message.ref_hash])
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            self._watched = None
        elif kind == "auto_rerun":
            self._watched = message.auto_rerun.fragment_id, message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            if self._watched and self._watched[0] in message.stop_auto_rerun.fragment_ids:
                self._watched = None
        elif kind == "navigation":
            pages = message.navigation.app_pages
            self._pages = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in pages
            }
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = dict(parse_qsl(message.page_info_changed.query_string))
        elif kind == "page_not_found":
            self.errors.append("There is no such page.")
        return None

    def _take(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self._kept[message.hash] = self._runs
            self._messages[message.hash] = message
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        drawn = getattr(element, kind)
        if kind == "exception" or (kind == "alert" and drawn.format == Alert.ERROR):
            self.errors.append(str(drawn)[:300])
        elif kind == "bidi_component":
            self._wanted.update(_FILE.findall(drawn.json))
        id_ = getattr(drawn, "id", "")
        if id_.startswith("$$ID-"):
            key = id_.split("-", 2)[2]
            self._ids[key] = id_
            self._fragments[key] = message.delta.fragment_id
            if kind == "bidi_component":
                self._data[key] = drawn.json

    async def _fetch(self) -> None:
        for path in self._wanted - self._fetched:
            await self._get(path)
        self._fetched.update(self._wanted)
        self._wanted = set()

    async def _get(self, path: str) -> bytes:
        """Return an answer's head; what follows is only counted."""
        reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        lines = (
            f"GET {self._parts.path}/{path} HTTP/1.1",
            f"Host: {self._parts.netloc}",
            f"Cookie: {self._cookie}",
            "Accept-Encoding: gzip",
            "Connection: close",
        )
        writer.write("\r\n".join([*lines, "", ""]).encode())
        answer = await asyncio.wait_for(reader.read(-1), _SECONDS)
        writer.close()
        self.received += len(answer)
        if b" 200 " not in answer[:20]:
            self.errors.append(f"{path}: {answer[:100]!r}")
        return answer.partition(b"\r\n\r\n")[0]
