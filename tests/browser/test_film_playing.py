"""A film plays in the browser alone: from the untrained network to the finished one, and the server hears nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from test_living_cell import counted_messages
from visiting import settled

pytestmark = pytest.mark.browser

SHOWN = ".slider-label"
FILMS = {"forecast": ("forecast_film_shown", "forecast-film"), "gates": ("gate_film_shown", "gate-film")}
DRAWN = {  # the ink of what the film shows now
    "forecast": "plot => [...plot.querySelectorAll('.scatterlayer .js-line')].at(-1).getAttribute('d')",
    "gates": "plot => plot.querySelector('.heatmaplayer image').getAttribute('href')"
    " || plot.querySelector('.heatmaplayer image').getAttribute('xlink:href')",
}


@pytest.mark.parametrize("page_name", ["forecast", "gates"])
def test_it_plays_and_pauses_without_the_server(light_site: str, visit: Callable[..., Page], page_name: str) -> None:
    sent: list[int] = []
    page = settled(
        visit(
            f"{light_site}/{page_name}?epochs=40&hidden=4&window=6&layers=1",
            lambda page: counted_messages(page, sent),
            reduced_motion="reduce",
        )
    )
    room, chart = FILMS[page_name]
    page.locator(f".st-key-{room} summary").click()
    film = page.locator(f".st-key-{chart}")
    label = film.locator(SHOWN).filter(has_text="after epoch")
    label.wait_for()
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    assert label.text_content() == "after epoch 40"  # it opens with the finished network, and nothing moves by itself
    plot = film.locator(".js-plotly-plot")
    last = plot.evaluate(DRAWN[page_name])
    said = len(sent)
    film.locator(".updatemenu-button").filter(has_text="Play").click()
    seen = set()
    for epoch in ("after epoch 0", "after epoch 5"):
        shows(page, epoch)
    film.locator(".updatemenu-button").filter(has_text="Pause").click()
    paused = label.text_content()
    seen.add(plot.evaluate(DRAWN[page_name]))
    page.wait_for_timeout(1500)
    assert label.text_content() == paused != "after epoch 40"
    assert seen == {plot.evaluate(DRAWN[page_name])} != {last}
    film.locator(".updatemenu-button").filter(has_text="Play").click()
    shows(page, "after epoch 40")
    page.wait_for_function(f"([plot, last]) => ({DRAWN[page_name]})(plot) === last", arg=[plot.element_handle(), last])
    assert len(sent) == said, "the server was asked"


def shows(page: Page, text: str) -> None:
    page.wait_for_function(
        "([selector, text]) => [...document.querySelectorAll(selector)].some(each => each.textContent === text)",
        arg=[SHOWN, text],
        polling=50,
        timeout=60_000,
    )
