"""The operator's secrets are planted, used and refused: nothing the server sent or wrote holds them, in any form."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import psutil
import pytest
from distributed import Client
from own_thread import in_own_thread
from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from visiting import settled

from benchmarks.server import as_browser
from core.service.dask_backend import TOPIC
from core.serving.copies import free_port

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.browser
TOKEN = "planted0secret+0token/of0forty0characters0"
COOKIES = "planted?cookie=secret&of0forty0characters00"
QUERY = "ticker=000300.SH&source=tushare&epochs=2&hidden=4&window=6&start={start}&end=2023-12-29"


@pytest.fixture
def wire(sample_bars: pd.DataFrame) -> Iterator[Wire]:
    with Wire({"000300.SH": sample_bars}) as running:
        yield running


def forms(secret: str) -> set[bytes]:
    """How a secret may stand somewhere: plain, its halves, as an address writes it, in base64 wherever it begins."""
    middle = len(secret) // 2
    found = {secret, secret[:middle], secret[middle:], urllib.parse.quote(secret, safe="")}
    for padding in ("", "x", "xx"):  # in base64 a byte stands in one of three ways
        found.add(base64.b64encode((padding + secret).encode()).decode()[4:-4])
    return {each.encode() for each in found}


async def heard(address: str, queries: list[str]) -> bytes:
    """Everything that the WebSocket sends while these pages are asked for, and again until their prices are there."""
    said = bytearray()
    async with as_browser(address) as socket:
        for query in [each for each in queries for _ in range(4)]:
            asked = BackMsg()
            asked.rerun_script.page_name, asked.rerun_script.query_string = "market", query
            await socket.send(asked.SerializeToString())
            begun = False
            while True:
                message = await asyncio.wait_for(socket.recv(), 60)
                said += message
                kind = ForwardMsg.FromString(message).WhichOneof("type")
                begun = begun or kind == "new_session"
                if begun and kind == "script_finished":
                    break
            await asyncio.sleep(0.5)
    return bytes(said)


def test_no_secret_is_sent_or_written(serve: Callable[..., str], wire: Wire, tmp_path: Path) -> None:
    address = serve(
        GATESCOPE_WORKERS="0", GATESCOPE_AHEAD="0", TUSHARE_TOKEN=TOKEN, GATESCOPE_SHARE_TOKEN="1",
        GATESCOPE_TUSHARE_URL=wire.tushare_url, STREAMLIT_SERVER_COOKIE_SECRET=COOKIES,
    )  # fmt: skip
    said = in_own_thread(heard(address, [QUERY.format(start="2020-01-01")]))
    for day, fault in enumerate(("http500", "html", "echo", "token"), start=-12):
        wire.fault, met = fault, len(wire.asked)
        said += in_own_thread(heard(address, [QUERY.format(start=f"2019-{-day:02}-04")]))
        assert len(wire.asked) > met, fault  # earlier days than are kept had to be asked for
    said += urllib.request.urlopen(f"{address}/readyz").read() + urllib.request.urlopen(address).read()
    assert {asked.token for asked in wire.asked} == {TOKEN}  # it was used
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) > 1  # log and prices
    for form in forms(TOKEN) | forms(COOKIES):
        assert form not in said, form
        assert [path for path, content in written.items() if form in content] == [], form


def taken_away(page: Page) -> Iterator[bytes]:
    """Every file that the page hands out, and what is packed into them."""
    page.get_by_role("button", name="Take away").click()
    for kind in ("zip", "html", "ipynb"):
        with page.expect_download() as waited:
            page.locator(f".st-key-take_{kind} button").first.click()
        yield (content := waited.value.path().read_bytes())
        if kind == "zip":
            inside = zipfile.ZipFile(io.BytesIO(content))
            yield from map(inside.read, inside.namelist())
    page.keyboard.press("Escape")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download prices (CSV)").first.click()
    yield waited.value.path().read_bytes()


def test_no_secret_is_taken_away_or_known_to_workers(
    serve: Callable[..., str], visit: Callable[..., Page], wire: Wire, tmp_path: Path
) -> None:
    """A run trained by a worker on prices the token was used for."""
    port = free_port()
    before = {process.pid for process in psutil.process_iter()}
    address = serve(
        GATESCOPE_WORKERS="1", GATESCOPE_AHEAD="0", GATESCOPE_METRICS_PORT=str(port),
        TUSHARE_TOKEN=TOKEN, GATESCOPE_SHARE_TOKEN="1", GATESCOPE_TUSHARE_URL=wire.tushare_url,
        STREAMLIT_SERVER_COOKIE_SECRET=COOKIES,
    )  # fmt: skip
    page = settled(visit(f"{address}/market?{QUERY.format(start='2020-01-01')}"))
    said = [*taken_away(page)]
    said.append(urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read())
    assert {asked.token for asked in wire.asked} == {TOKEN}
    workers = [each for each in psutil.process_iter(["pid", "environ"]) if each.info["pid"] not in before]
    known = [each.info["environ"] or {} for each in workers]
    assert len([each for each in known if TOKEN in each.values()]) >= 1  # the web process uses it
    trained = [each for each in known if "DASK_LOGGING__DISTRIBUTED" in each]
    assert len(trained) >= 2  # scheduler and worker
    said += [json.dumps(each).encode() for each in trained]
    (command,) = [each for each in (one.cmdline() for one in workers) if "scheduler" in each]
    with Client(scheduler_file=command[command.index("--scheduler-file") + 1], set_as_default=False) as client:
        events = client.get_events()
    assert TOPIC in events  # the training told of itself there
    said.append(repr(events).encode())
    said += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for form in forms(TOKEN) | forms(COOKIES):
        assert not [each[:200] for each in said if form in each], form
