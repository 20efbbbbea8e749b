"""What a browser may say over its WebSocket: what would reach other visitors, or is no number, goes no further."""

from __future__ import annotations

import math

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

# Of all that Streamlit answers: `clear_cache` would empty every visitor's, the debugging ones end the server's work.
HEARD = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request")
LARGEST = 4 * 2**20  # bytes; the largest that our pages send is a chart's selection, of some kilobytes
MOST_WIDGETS = 500  # the fullest page has sixty


class OwnMessages:
    """Lets through what the pages' own browser sends; a widget whose numbers are none keeps the value it had."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            while True:
                message = await receive()
                content = message.get("bytes") if message["type"] == "websocket.receive" else None
                if content is None:
                    return message
                if (cleaned := cleaned_message(content)) is not None:
                    return {**message, "bytes": cleaned}

        await self.app(scope, heard if scope["type"] == "websocket" else receive, send)


def cleaned_message(content: bytes) -> bytes | None:
    """A message as it may be heard; None for one that is not heard at all."""
    if len(content) > LARGEST:
        return None
    try:
        told = BackMsg.FromString(content)
    except DecodeError:
        return content  # Streamlit ends such a visit
    if told.WhichOneof("type") not in HEARD:
        return None
    if told.WhichOneof("type") != "rerun_script":
        return content
    states = told.rerun_script.widget_states.widgets
    if len(states) > MOST_WIDGETS:
        return None
    kept = [state for state in states if _is_finite(state)]
    if len(kept) == len(states):
        return content
    del states[:]
    states.extend(kept)
    return bytes(told.SerializeToString())


def _is_finite(state: WidgetState) -> bool:
    kind = state.WhichOneof("value")
    if kind == "double_value":
        return math.isfinite(float(state.double_value))
    return kind != "double_array_value" or all(map(math.isfinite, state.double_array_value.data))
