"""What the page asks of the server while a test watches."""

from base64 import b64decode
from typing import Any

from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg


def reruns(page: Page) -> list[str]:
    """Return a list that grows with each rerun asked for: the fragment's name, "" for all."""
    asked: list[str] = []

    def note(event: dict[str, Any]) -> None:
        message = BackMsg.FromString(b64decode(event["response"]["payloadData"]))
        if message.HasField("rerun_script"):
            asked.append(message.rerun_script.fragment_id)

    session = page.context.new_cdp_session(page)
    session.on("Network.webSocketFrameSent", note)
    session.send("Network.enable")
    return asked
