"""Signing in at a real provider: what it opens, where one comes back to, and who does not get in."""

from __future__ import annotations

import html
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pandas as pd
import pytest
from heard import elements_of_a_run
from joserfc import jwt
from joserfc.jwk import OctKey
from oidc import WHO, Provider
from own_thread import in_own_thread
from playwright.sync_api import ConsoleMessage, Page, expect
from servers import Server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from benchmarks.server import as_browser
from core.serving.copies import free_port
from core.serving.names import COOKIE as PROCESS
from core.web.returning import COOKIE as PLACE

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.browser
COOKIES, TOKEN = "of-forty-characters-that-sign-the-cookies", "operators0token0of0forty0characters00000"
# Pages that wait for a long training draw no chart, for which a browser on a busy machine needs long.
LONG = "epochs=1000&hidden=128&layers=3&window=60"
SHORT = "epochs=2&hidden=2&window=4"
IDENTITY = "_streamlit_user"
FOR_SIGNED_IN = "is for visitors who have signed in"
LIGHT = {"GATESCOPE_WORKERS": "0", "GATESCOPE_AHEAD": "0", "GATESCOPE_LOGIN": "jobs, token"}
FORGED = ["signature", "none", "audience", "issuer", "nonce", "expired"]


@dataclass(frozen=True)
class Host:
    """A server that wants sign-ins, what it asks, and where it writes."""

    server: Server
    provider: Provider
    wire: Wire
    folder: Path
    figures: str

    @property
    def address(self) -> str:
        return self.server.address


def started(folder: Path, provider: Provider, **environment: str) -> Server:
    port = free_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(provider.secrets_file(f"http://127.0.0.1:{port}/oauth2callback", COOKIES))
    return Server(folder, port, **LIGHT, STREAMLIT_SECRETS_FILES=str(secrets), **environment)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, sample_bars: pd.DataFrame) -> Iterator[Host]:
    folder, figures = tmp_path_factory.mktemp("host"), free_port()
    with Provider() as provider, Wire({"000300.SH": sample_bars}) as wire:
        server = started(
            folder, provider, TUSHARE_TOKEN=TOKEN, GATESCOPE_SHARE_TOKEN="1", GATESCOPE_TUSHARE_URL=wire.tushare_url,
            GATESCOPE_HOSTS="127.0.0.1", GATESCOPE_METRICS_PORT=str(figures),
        )  # fmt: skip
        yield Host(server, provider, wire, folder, f"http://127.0.0.1:{figures}/metrics")
        server.stop()


@pytest.fixture(autouse=True)
def _honest(host: Host) -> None:
    host.provider.forges, host.provider.signs_out = "", True


def sign_in(page: Page, key: str = "sign_in", word: str = "Go on") -> None:
    page.locator(f".st-key-{key} button").click()
    page.get_by_role("link", name=word).click()


def came_back(page: Page, place: str) -> None:
    """At the page and dials that were left, with nothing of the way in the address."""
    path, _mark, query = place.partition("?")

    def is_there(url: str) -> bool:
        parts = urlsplit(url)
        return parts.path == path and parse_qs(parts.query) == parse_qs(query)

    page.wait_for_url(is_there)
    page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
    assert PLACE not in {each["name"] for each in page.context.cookies()}


def test_who_signs_in_comes_back_starts_a_long_training_and_signs_out(host: Host, visit: Callable[..., Page]) -> None:
    place, broken = f"/gradients?{LONG}", list[str]()

    def listen(page: Page) -> None:
        def heard(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                broken.append(message.text)

        page.on("console", heard)

    page = visit(f"{host.address}{place}", listen, locale="en-US", bypass_csp=False)
    expect(page.get_by_text(FOR_SIGNED_IN)).to_be_visible()
    expect(page.locator(".st-key-training_start, .st-key-training_cancel")).to_have_count(0)
    sign_in(page, "training_start_sign_in")
    came_back(page, place)
    expect(page.get_by_text("Signed in as Ada [x](y) *L*")).to_have_count(1)  # as it is written, not as Markdown
    page.locator(".st-key-training_start button").click()
    page.locator(".st-key-training_cancel button").click()
    expect(page.get_by_text("Training was cancelled.")).to_be_visible()
    page.locator(".st-key-sign_out button").click()
    expect(page.locator(".st-key-sign_in button")).to_be_visible()
    came_back(page, place)
    assert "/sign-out" in host.provider.asked
    expect(page.get_by_text(FOR_SIGNED_IN)).to_be_visible()
    assert IDENTITY not in {each["name"] for each in page.context.cookies()}
    assert not broken


def test_in_chinese_and_where_the_provider_knows_no_signing_out(host: Host, visit: Callable[..., Page]) -> None:
    host.provider.signs_out = False
    place = f"/gates?{LONG}&preset=returns"
    page = visit(f"{host.address}{place}", locale="zh-CN")
    sign_in(page)
    expect(page.get_by_text("已登录：Ada")).to_be_visible()
    came_back(page, place)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_have_count(2)  # where the training would be, too
    came_back(page, place)


def test_who_refuses_or_shows_a_forged_identity_reads_a_sentence(host: Host, visit: Callable[..., Page]) -> None:
    page = visit(f"{host.address}/gradients?{LONG}", locale="en-US")
    for forged, word in (("signature", "Go on"), ("", "Refuse")):
        host.provider.forges = forged
        sign_in(page, word=word)
        expect(page.get_by_text("Signing in did not succeed.")).to_be_visible()
        came_back(page, f"/gradients?{LONG}")
        expect(page.get_by_text(FOR_SIGNED_IN)).to_be_visible()
        expect(page.locator(".st-key-training_start, .st-key-sign_out")).to_have_count(0)
    forged_cookie = create_signed_value("of another server, of forty characters...", IDENTITY, '{"is_logged_in": true}')
    page.context.add_cookies([{"name": IDENTITY, "value": forged_cookie.decode(), "url": host.address}])
    page.reload()
    expect(page.get_by_text(FOR_SIGNED_IN)).to_be_visible()
    expect(page.locator(".st-key-sign_out")).to_have_count(0)


def begun(address: str, client: httpx.Client, place: str = "") -> httpx.Response:
    """What the server says to a browser that wants to sign in at a place."""
    word = {"provider": "default", "exp": int(time.time()) + 60}
    asked = {"provider": jwt.encode({"alg": "HS256"}, word, OctKey.import_key(COOKIES))}
    return client.get(f"{address}/auth/login", params=asked, headers={"Referer": place} if place else {})


def back_at(client: httpx.Client, at_provider: str) -> str:
    """Where the provider's page sends who goes on."""
    (link,) = re.findall(r'href="([^"]*)">Go on', client.get(at_provider).text)
    return html.unescape(link)


def signs_in(answer: httpx.Response) -> bool:
    return any(re.match(f'{IDENTITY}=[^;"]', each) for each in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("forged", ["", *FORGED])
def test_only_what_the_provider_signed_for_this_sign_in_counts(host: Host, forged: str) -> None:
    host.provider.forges = forged
    with httpx.Client() as client:
        away = begun(host.address, client, f"{host.address}/market?{SHORT}")
        answer = client.get(back_at(client, away.headers["location"]))
        assert answer.status_code == 302
        assert signs_in(answer) is (forged == "")
        assert answer.headers["location"] == f"/market?{SHORT}" + ("&sign-in=failed" if forged else "")


PLACES = {
    "https://evil.example/x": "/",
    "{here}//evil.example/x": "/",
    "{here}/\\evil.example": "/",
    "nonsense": "/",
    "http://[": "/",
    "{here}/market?" + "x" * 5000: "/",
    "{here}/market?ticker=%E8%8C%85": "/market?ticker=%E8%8C%85",
    "": "/",
}


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_led_to_another_site(host: Host, place: str) -> None:
    with httpx.Client() as client:
        away = begun(host.address, client, place.format(here=host.address))
        assert away.headers["location"].startswith(f"{host.provider.address}/authorize?")
        answer = client.get(back_at(client, away.headers["location"]))
        assert signs_in(answer)
        assert answer.headers["location"] == PLACES[place]


@pytest.mark.parametrize("kept", ["Ly9ldmlsLmV4YW1wbGU=", "aHR0cHM6Ly9ldmlsLmV4YW1wbGU=", "=", "x", "L1w="])
def test_a_cookie_that_another_wrote_leads_nowhere_either(host: Host, kept: str) -> None:
    """//evil.example, https://evil.example, no base64, /\\."""
    answer = httpx.get(f"{host.address}/oauth2callback", headers={"Cookie": f"{PLACE}={kept}"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/")


def test_hosts_are_checked_on_the_way_back_too(host: Host) -> None:
    for path in ("/auth/login", "/oauth2callback?state=x&code=y", "/auth/logout"):
        assert httpx.get(f"{host.address}{path}", headers={"Host": "evil.example"}).status_code == 400


def test_the_operators_token_is_used_for_nobody_else(host: Host, visit: Callable[..., Page]) -> None:
    host.wire.asked.clear()  # of those who were signed in before
    place = f"/training?ticker=000300.SH&source=tushare&start=2020-01-01&end=2023-12-29&{LONG}"
    page = visit(f"{host.address}{place}", locale="en-US")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text(re.compile("token")).first).to_be_visible()
    assert not host.wire.asked
    sign_in(page)
    expect(main.get_by_text(re.compile(r"000300\.SH.* closes"))).to_be_visible()
    assert {asked.token for asked in host.wire.asked} == {TOKEN}
    before = len(host.wire.asked)
    stranger = visit(f"{host.address}{place.replace('2023-12-29', '2024-06-28')}", locale="en-US")
    expect(stranger.get_by_test_id("stMain").get_by_text(re.compile("token")).first).to_be_visible()
    assert len(host.wire.asked) == before


async def heard(socket: Any, trigger: str = "") -> list[Any]:
    """All elements of a run of the long training's page, a widget pressed in it."""
    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = "training", LONG
    if trigger:
        asked.rerun_script.widget_states.widgets.add(id=trigger, trigger_value=True)
    await socket.send(asked.SerializeToString())
    return await elements_of_a_run(socket)


def buttons(elements: list[Any]) -> dict[str, str]:
    """Their ids by their keys."""
    ids = [each.button.id for each in elements if each.WhichOneof("type") == "button"]
    return {name.rpartition("-")[2]: name for name in ids}


async def pressed(address: str, trigger: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """The buttons before and after one of them was pressed: `trigger`, else the one that starts the training."""
    async with as_browser(address) as socket:
        first = buttons(await heard(socket))
        second = buttons(await heard(socket, trigger or first["training_start"]))
        if "training_cancel" in second:
            await heard(socket, second["training_cancel"])
        return first, second


def test_a_widget_that_is_not_there_starts_nothing(host: Host, light_site: str) -> None:
    """The id of the button is the same on every server; whoever has seen one can send it to all."""
    there, after = in_own_thread(pressed(light_site))
    assert "training_cancel" in after  # where nobody is asked, this is what begins it
    first, second = in_own_thread(pressed(host.address, there["training_start"]))
    assert not {"training_start", "training_cancel"} & {*first, *second}
    assert "training_start_sign_in" in second


def test_a_provider_that_does_not_answer_is_a_sentence(tmp_path: Path, visit: Callable[..., Page]) -> None:
    with Provider() as provider:
        server = started(tmp_path, provider)
    try:
        page = visit(f"{server.address}/gates?{LONG}", locale="en-US")
        page.locator(".st-key-sign_in button").click()
        expect(page.get_by_text("Signing in did not succeed.")).to_be_visible()
        came_back(page, f"/gates?{LONG}")
    finally:
        server.stop()


def test_a_sign_in_begun_at_one_web_process_ends_at_another(tmp_path: Path, visit: Callable[..., Page]) -> None:
    with Provider() as provider:
        server = started(tmp_path, provider, GATESCOPE_WEB_PROCESSES="2")
        try:
            with httpx.Client(cookies={PROCESS: "1"}) as client:
                away = begun(server.address, client, f"{server.address}/market?{SHORT}")
                link = back_at(client, away.headers["location"])
                held = {each.name: str(each.value) for each in client.cookies.jar}
            answer = httpx.get(link, cookies=held | {PROCESS: "2"})
            assert answer.headers["location"] == f"/market?{SHORT}"
            (identity,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{IDENTITY}=")]
            value = identity.partition("=")[2].partition(";")[0].strip('"')
            page = visit(f"{server.address}/training?{LONG}", locale="en-US")
            for process in "12":
                here = [{"name": IDENTITY, "value": value, "url": server.address}]
                page.context.add_cookies([*here, {"name": PROCESS, "value": process, "url": server.address}])
                page.reload()
                expect(page.get_by_text("Signed in as Ada")).to_be_visible()
        finally:
            server.stop()


def test_nothing_of_an_identity_is_written_or_counted(host: Host, visit: Callable[..., Page]) -> None:
    page = visit(f"{host.address}/training?{LONG}", locale="en-US")
    sign_in(page)
    expect(page.get_by_text("Signed in as Ada")).to_be_visible()
    figures = urllib.request.urlopen(host.figures).read()
    assert b"gatescope_" in figures
    written = [path.read_bytes() for path in host.folder.rglob("*") if path.is_file()]
    for claim in WHO.values():
        assert claim.encode() not in figures
        assert not [content for content in written if claim.encode() in content]
