"""What browsers may send: no number that no box can hold, no JSON that is none."""

import json
import math

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

_LONGEST = 1_000_000  # letters of JSON that are read twice; what is longer was drawn by a hand


class Sent:
    """ASGI middleware that takes out of messages what is no state of a widget.

    Streamlit fails on a number that is infinite or NaN, as the state of a box or a slider, and on a
    state of a map or a pad that is no JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; take out of messages what is no state."""

        async def checked() -> Message:
            message = await receive()
            content = message.get("bytes")
            return {**message, "bytes": without_nonsense(content)} if content else message

        await self._app(scope, checked if scope["type"] == "websocket" else receive, send)


def without_nonsense(content: bytes) -> bytes:
    """Return a message of the browser without states of widgets that Streamlit would fail on.

    These widgets keep the value that they had. What is no message stays as it is, to be refused.
    """
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return content
    states = message.rerun_script.widget_states.widgets
    sound = [state for state in states if _is_sound(state)]
    if len(sound) == len(states):
        return content
    del states[:]
    states.extend(sound)
    sound_content: bytes = message.SerializeToString()
    return sound_content


def _is_sound(state: WidgetState) -> bool:
    kind = state.WhichOneof("value")
    if kind == "double_array_value":
        return all(map(math.isfinite, state.double_array_value.data))
    if kind == "double_value":
        return math.isfinite(state.double_value)
    if kind in ("json_value", "json_trigger_value") and len(getattr(state, kind)) <= _LONGEST:
        try:
            json.loads(getattr(state, kind))
        except (ValueError, RecursionError):
            return False
    return True
