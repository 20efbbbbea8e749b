"""Live prices in a real browser, from a local server that speaks both vendors' formats, faults included."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, WebSocket, expect
from visiting import go_to, photograph, settled

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.browser
TOKEN = "planted0secret0token0of0forty0characters0"
ADDRESS = "overview?preset=returns&epochs=2&start=2020-01-01&end=2023-12-29"
Visit = Callable[..., Page]


@pytest.fixture
def wire(sample_bars: pd.DataFrame) -> Iterator[Wire]:
    """Real prices under Shanghai codes."""
    with Wire({"000001.SH": sample_bars, "600519.SH": sample_bars.assign(factor=1.0)}) as running:
        yield running


def environment(wire: Wire) -> dict[str, str]:
    return {
        "GATESCOPE_WORKERS": "1",
        "GATESCOPE_TENCENT_URL": wire.tencent_url,
        "GATESCOPE_TUSHARE_URL": wire.tushare_url,
    }


def pick(page: Page, text: str) -> None:
    """Type a ticker as a visitor does."""
    box = page.locator(".st-key-ticker input")
    box.click()
    box.fill(text)
    box.press("Enter")


FAULTS = {  # what the server does -> what the page says, in English and in Chinese
    "html": (r"not answering as expected|not.*prices", "不|未"),
    "http 503": ("503", "503"),
    "empty": (r"no.*(prices|trading|ticker)", "没有|无"),
}


def test_a_ticker_typed_in_any_form_shows_progress_then_its_chart(
    serve: Callable[..., str], visit: Visit, wire: Wire
) -> None:
    page = settled(visit(f"{serve(**environment(wire))}/{ADDRESS}"))
    wire.pause = 1.5
    pick(page, "sh000001")
    page.get_by_test_id("stProgress").get_by_text(re.compile("Fetching 000001.SH")).wait_for()
    page.get_by_text(re.compile(r"000001\.SH · [\d,]+ closes, 2020-01-02 to 2023-12-29")).wait_for()
    settled(page)
    assert "ticker=000001.SH" in page.url
    photograph(page, "live-data")
    asked = len(wire.asked)
    go_to(page, "Market")
    page.get_by_text("Source:").wait_for()
    assert len(wire.asked) == asked


def test_a_fault_is_a_sentence_and_the_earlier_run_stays(
    serve: Callable[..., str], visit: Visit, wire: Wire, sample_bars: pd.DataFrame
) -> None:
    address = serve(**environment(wire))
    for number, (fault, language) in enumerate(itertools.product(FAULTS, ("en-US", "zh-CN"))):
        code = f"60000{number}.SH"
        wire.bars[code], wire.fault = sample_bars, ""
        page = settled(visit(f"{address}/{ADDRESS}", locale=language))
        wire.fault = fault
        pick(page, code)
        told = page.locator("[data-testid=stAlert]").first
        told.wait_for(timeout=45_000)
        assert re.search(FAULTS[fault][language == "zh-CN"], told.inner_text())
        expect(page.locator(".js-plotly-plot")).to_have_count(4)
        assert page.locator("[data-testid=stException]").count() == 0
        wire.fault = ""
        page.get_by_role("button", name=re.compile("Fetch again|重新获取")).click()
        page.get_by_text(re.compile(rf"{code} · [\d,]+ ")).wait_for()
        page.close()


def test_a_token_is_used_and_found_nowhere(serve: Callable[..., str], visit: Visit, wire: Wire, tmp_path: Path) -> None:
    address = serve(**environment(wire))
    received: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(frame if isinstance(frame, bytes) else frame.encode()))

    page = visit(f"{address}/{ADDRESS}", on_page=lambda opened: opened.on("websocket", listen))
    settled(page)
    page.locator(".st-key-live_data summary").click()
    box = page.locator(".st-key-token_box input")
    box.fill(TOKEN)
    box.press("Enter")
    page.get_by_text("Your token is used for this visit.").wait_for()
    pick(page, "600519")
    page.get_by_text(re.compile(r"600519\.SH · [\d,]+ closes")).wait_for()
    settled(page)
    assert TOKEN in {asked.token for asked in wire.asked}
    wire.fault = "token"
    pick(page, "000001.SH")
    page.locator("[data-testid=stAlert]").first.wait_for()
    assert TOKEN not in page.url
    assert TOKEN not in page.content()
    assert received
    assert not [frame for frame in received if TOKEN.encode() in frame]
    written_files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in written_files} >= {".log", ".parquet"}
    assert not [path for path in written_files if TOKEN.encode() in path.read_bytes()]
