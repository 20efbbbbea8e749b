"""What a script run sends, read as a browser reads it: in Streamlit's own protocol."""

from __future__ import annotations

import asyncio
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


async def elements_of_a_run(socket: Any, seconds: float = 60) -> list[Any]:
    """All elements of the next run, in the order they came.

    Raises:
        TimeoutError: nothing is said for so many seconds.
    """
    found, begun = list[Any](), False
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), seconds))
        kind = message.WhichOneof("type")
        begun = begun or kind == "new_session"
        if begun and kind == "script_finished":
            return found
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            found.append(message.delta.new_element)
