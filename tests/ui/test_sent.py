"""What no browser of ours sends is not let in."""

import asyncio
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from explorer.ui.server.sent import Sent, without_nonsense

STATES = {"box": 5.0, "inf": float("inf"), "nan": float("nan"), "huge": 1e308}


def _message() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "k=5"
    widgets = message.rerun_script.widget_states.widgets
    for name, value in STATES.items():
        widgets.add(id=name, double_value=value)
        widgets.add(id=f"slider {name}").double_array_value.data.extend([0.0, value])
    widgets.add(id="text", string_value="inf")
    widgets.add(id="map", json_value='{"clicked": 5}')
    for number, text in enumerate(("{", "[" * 100_000, "")):
        widgets.add(id=f"no JSON {number}", json_value=text)
        widgets.add(id=f"no JSON, once {number}", json_trigger_value=text)
    widgets.add(id="nothing")
    return message.SerializeToString()


def _ids(content: bytes) -> list[str]:
    message = BackMsg()
    message.ParseFromString(content)
    assert message.rerun_script.query_string == "k=5"
    return [state.id for state in message.rerun_script.widget_states.widgets]


def test_what_is_no_state_of_a_widget_is_taken_out() -> None:
    kept = ["box", "slider box", "huge", "slider huge", "text", "map", "nothing"]
    assert _ids(without_nonsense(_message())) == kept
    sound = without_nonsense(_message())
    assert without_nonsense(sound) is sound


@pytest.mark.parametrize("content", [b"", b"\xff" * 50, b"none"])
def test_what_is_no_message_stays_as_it_is(content: bytes) -> None:
    assert without_nonsense(content) == content


def _ask(scope: dict[str, Any], *received: Any) -> list[Any]:
    """Return what the app within received, and what is answered."""
    seen: list[Any] = []
    given = iter(received)

    async def within(scope: Any, receive: Any, send: Any) -> None:
        seen.append("let in")
        seen.extend([await receive() for _ in received])

    async def receive() -> Any:
        return next(given)

    async def send(message: Any) -> None:
        seen.append(message)

    asyncio.run(Sent(within)(scope, receive, send))
    return seen


def test_messages_are_looked_through() -> None:
    told = {"type": "websocket.receive", "bytes": _message()}
    others = ({"type": "websocket.connect"}, {"type": "websocket.receive", "text": "inf"})
    _, *passed, message = _ask({"type": "websocket", "path": "/"}, *others, told)
    assert passed == list(others)
    assert "inf" not in _ids(message["bytes"])
    assert _ask({"type": "http", "path": "/train"}) == ["let in"]
