"""The report and an archive's charts opened from disk by a real browser that reaches no network."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect
from strange_names import NAMES

from core.export import archive
from core.export.report import write_report
from core.film import FilmedRun

pytestmark = pytest.mark.browser


def opened(chromium: Browser, path: Path, complaints: list[str], **options: object) -> Page:
    """A page from disk; whatever asks for more than files is noted and turned away."""
    context = chromium.new_context(offline=True, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    ours = ("file:", "data:", "blob:")
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_the_report_is_drawn_and_hovers(
    chromium: Browser, run: FilmedRun, tmp_path: Path, language: str, scheme: str
) -> None:
    complaints: list[str] = []
    write_report(run, tmp_path / "run.html", language)
    page = opened(chromium, tmp_path / "run.html", complaints, color_scheme=scheme)
    expect(page.locator("figure .main-svg").first).to_be_attached(timeout=60_000)
    expect(page.locator("figure.drawn")).to_have_count(4)
    for place in page.locator("figure").all():
        assert place.locator(".main-svg").count() > 0
        assert place.get_attribute("aria-label")
        inside, outside = place.locator(".main-svg").first.bounding_box(), place.bounding_box()
        assert inside is not None
        assert outside is not None
        assert inside["height"] <= outside["height"]  # nothing lies over what follows
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(", "))) < 3 * 128) == (scheme == "dark")
    forecast = page.locator("#forecast .nsewdrag").first
    forecast.scroll_into_view_if_needed()
    forecast.hover()
    expect(page.locator("#forecast .hoverlayer .hovertext, #forecast .hoverlayer .legend").first).to_be_attached()
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not complaints
    page.context.close()


def test_the_charts_of_an_archive_open_beside_their_library(
    chromium: Browser, run: FilmedRun, bars: pd.DataFrame, tmp_path: Path
) -> None:
    zipfile.ZipFile(io.BytesIO(archive.pack(run, bars))).extractall(tmp_path)
    complaints: list[str] = []
    for name in ("forecast", "loss", "gates"):
        page = opened(chromium, tmp_path / "charts" / f"{name}.html", complaints)
        expect(page.locator(f"#{name} .main-svg").first).to_be_attached(timeout=60_000)
        page.context.close()
    assert not complaints


def test_no_name_becomes_an_element(
    chromium: Browser, named: Callable[[str], tuple[FilmedRun, pd.DataFrame]], tmp_path: Path
) -> None:
    """The report and an archive's charts of a run whose ticker and column are called all of it at once."""
    complaints: list[str] = []
    name = " ".join(name[:60] for name in NAMES).replace("\x00", "")
    odd, bars = named(name)
    zipfile.ZipFile(io.BytesIO(archive.pack(odd, bars))).extractall(tmp_path)
    write_report(odd, tmp_path / "run.html")
    for path in (tmp_path / "run.html", tmp_path / "charts" / "forecast.html"):
        page = opened(chromium, path, complaints)
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        expect(page.locator("#forecast .main-svg").first).to_be_attached(timeout=60_000)
        assert page.locator("img, iframe, a, b, i, [onerror], [onload], svg a, .MathJax").count() == 0
        assert page.locator("script").count() == 3
        assert " ".join(name.split()) in " ".join(page.locator("h1").first.inner_text().split())
        page.context.close()
    assert not complaints
