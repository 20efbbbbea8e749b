"""The front and all it has started, from the first to SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from core.errors import GatescopeError
from core.service.backends import backend_name, worker_bytes, worker_count
from core.service.processes import HOST, LocalProcesses
from core.serving.copies import free_port, made
from core.serving.front import Front

LOOK_SECONDS = 1.0  # between two looks at scheduler and workers
BACKLOG = 2048

log = logging.getLogger("gatescope.serving")


async def run(count: int, address: str, port: int, options: Sequence[str]) -> None:
    """Serve by `count` web processes until SIGTERM or SIGINT; then end everything in order.

    Args:
        address: where to listen; "" for every address of this machine.
        options: of `streamlit run`, handed on.

    Raises:
        OSError: the port cannot be had.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    room_for_connections()
    listening = listener(address, port)
    async with workers() as scheduler:
        copies = made(count, options, scheduler)
        server = await loop.create_server(Front(copies), sock=listening, backlog=BACKLOG)
        kept = [asyncio.create_task(copy.keep()) for copy in copies]
        ended = asyncio.create_task(told.wait())
        await asyncio.wait([ended, *kept], return_when=asyncio.FIRST_COMPLETED)
        server.close()
        for task in [ended, *kept]:
            task.cancel()
        faults = [each for each in await asyncio.gather(*kept, return_exceptions=True) if isinstance(each, Exception)]
        if faults:
            raise faults[0]


@asynccontextmanager
async def workers() -> AsyncIterator[str]:
    """One scheduler and workers for all web processes; its address, "" where the environment asks for none here."""
    if backend_name() != "embedded":
        yield ""
        return
    port = free_port()  # the same when it is started again, so that the web processes find it
    processes = await asyncio.to_thread(LocalProcesses, worker_count(), port, worker_bytes())

    async def keep() -> None:
        nonlocal processes
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not processes.alive():
                log.warning("The training workers ended; they are started again.")
                await asyncio.to_thread(processes.close)
                with suppress(RuntimeError):
                    processes = await asyncio.to_thread(LocalProcesses, worker_count(), port, worker_bytes())

    keeping = asyncio.create_task(keep())
    try:
        yield f"tcp://{HOST}:{port}"
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await asyncio.to_thread(processes.close)


def listener(address: str, port: int) -> socket.socket:
    """A socket that listens there; without an address at all of this machine, by both versions of the protocol."""
    if address:
        return socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    return socket.create_server(("", port), family=family, dualstack_ipv6=both)


def room_for_connections() -> None:
    """Each visitor holds two sockets here for every connection: allow as many as this user may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or soft < hard):
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65_536, hard))


def serve(count: int, address: str, port: int, options: Sequence[str]) -> None:
    """`run`, with its log on standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    try:
        asyncio.run(run(count, address, port, options))
    except (GatescopeError, RuntimeError, OSError) as cause:
        log.debug("The front ended by a fault.", exc_info=True)
        sys.exit(f"Gatescope cannot serve at port {port}: {cause}")
