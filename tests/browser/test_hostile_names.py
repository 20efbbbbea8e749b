"""A file whose name and headings are HTML, Markdown, TeX and Plotly's tags: shown as text everywhere."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from test_input_box import typed
from visiting import go_to, settled

from core.config import PRESETS
from core.input_names import column_input
from core.pins import Pin, to_word

pytestmark = pytest.mark.browser
NAMES = ["<img src=x onerror=alert(1)>", "[press](javascript:alert(1))", r"$\href{javascript:alert(1)}{x}$ <b>bold<b>",
         "<a href='javascript:alert(1)'>press</a>"]  # fmt: skip


def named(name: str) -> bytes:
    days = pd.bdate_range("2022-01-03", periods=300)
    closes = 50 * np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.01, 300)))
    held = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "close": closes.round(4), name: closes.round(2)})
    return held.to_csv(index=False).encode()


def test_no_name_becomes_an_element(light_site: str, visit: Callable[..., Page]) -> None:
    dialogs: list[str] = []
    for name in NAMES:
        page = settled(visit(f"{light_site}/market?epochs=2&hidden=4&window=6"))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.locator(".st-key-own_file summary").click()
        file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": named(name)}
        page.locator(".st-key-own_prices input[type=file]").set_input_files(file)
        page.wait_for_url(re.compile("source=upload"))
        settled(page)
        for title in ("Market", "Forecast", "Gates"):
            go_to(page, title)
            settled(page)
            page.locator("[data-testid=stMain] .js-plotly-plot").first.wait_for()
            assert (
                page.locator("img[src='x'], [onerror], a[href^='javascript'], [data-testid=stMain] b").count() == 0
            ), name
            assert page.evaluate("[...document.querySelectorAll('svg a')].length") == 0, name
        told = re.search(r"\w+", name)
        assert told
        assert told[0] in page.locator("body").inner_text() or told[0] in page.url
        page.close()
    assert not dialogs


MADE_OF_IT = "a[href*=evil], svg a, [data-testid=stMain] :is(em, img, b)"


@pytest.mark.parametrize("heading", ["www.evil.example", "[a](//evil.example)", "# _evil_ %3Cb%3E &lt"])
def test_a_column_that_is_read_is_text_on_every_page(light_site: str, visit: Callable[..., Page], heading: str) -> None:
    page = settled(visit(f"{light_site}/market?epochs=2&hidden=4&window=6"))
    page.locator(".st-key-own_file summary").click()
    file = {"name": "prices.csv", "mimeType": "text/csv", "buffer": named(heading)}
    page.locator(".st-key-own_prices input[type=file]").set_input_files(file)
    page.wait_for_url(re.compile("source=upload"))
    settled(page)
    typed(page, column_input(heading).removeprefix("column:"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("inputs=column"))
    for title in ("Overview", "Market", "Training", "Forecast", "Gradients", "Gates"):
        go_to(page, title)
        settled(page)
        page.locator("[data-testid=stMain] .js-plotly-plot").first.wait_for()
        if title == "Gates":
            expect(page.get_by_test_id("stMain")).to_contain_text("evil")  # what moves the gates, by name
        assert page.locator(MADE_OF_IT).count() == 0, title
    page.get_by_text("Living cell", exact=True).click()
    page.locator(".cell .picture").wait_for()
    expect(page.locator(".cell")).to_contain_text("evil")
    assert page.locator("a[href*=evil], svg a, .cell img").count() == 0


MARKED = ["[a](//evil.example)", "www.evil.example", "![x](//evil.example/x)", "**b** _i_ `c` $x$"]
MARKED += [":material/home: a@b.cd"]
FOREIGN = """() => [...document.querySelectorAll(`a[href*='//evil'], a[href*='//www'], a[href^=mailto],
    [data-testid=stAlert] :is(em, strong, code, img, .katex, [aria-label='home icon']),
    [class*=st-key-pin_row] :is(em, strong, code, img, .katex, [aria-label='home icon'])`
)].map(found => found.outerHTML)"""


def test_no_address_writes_markup(light_site: str, visit: Callable[..., Page]) -> None:
    """Whoever is sent an address trusts this server: what stands in it is text, in sentences and in lists of runs."""
    asked: list[str] = []
    base = PRESETS["corrected"]
    small = base.replace(model=base.model.replace(hidden_size=4, window=6), train=base.train.replace(epochs=2))
    pins = to_word([Pin(small, number, name=name) for number, name in enumerate(MARKED, start=1)])
    told = {"ticker": MARKED[0], "hidden": MARKED[1], "inputs": MARKED[3], "epochs": "2", "window": "6", "runs": pins}
    page = visit(f"{light_site}/compare?{urllib.parse.urlencode(told)}")
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".st-key-pin_row_5").wait_for()
    for name in MARKED:
        page.wait_for_function("name => document.body.innerText.replaceAll('\u2060', '').includes(name)", arg=name)
    expect(page.get_by_test_id("stAlert").filter(has_text="evil")).not_to_have_count(0)
    assert page.evaluate(FOREIGN) == []
    assert not [url for url in asked if "evil" in url.partition("?")[0]]
