"""The living cell on screen: a hand moves the forecast, each change can be taken back, the server hears nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from visiting import settled

pytestmark = pytest.mark.browser


class Hand:
    """A visitor's hand on the living cell of an open page."""

    def __init__(self, page: Page, key: str) -> None:
        self.page, self.cell = page, page.locator(f".st-key-{key} .cell")
        self.cell.locator(".picture .handle").first.wait_for()

    def handle(self, name: str, place: str = "picture") -> Locator:
        return self.cell.locator(f'.{place} [data-handle="{name}"]')

    def value(self, name: str, place: str = "picture") -> float:
        return float(self.handle(name, place).get_attribute("aria-valuenow") or "nan")

    def drag(self, name: str, up: int, place: str = "picture") -> None:
        self.handle(name, place).scroll_into_view_if_needed()
        box = self.handle(name, place).bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x, y - up, steps=6)
        self.page.mouse.up()

    @property
    def forecast(self) -> float:
        return float(self.cell.locator(".numbers .after").inner_text().replace(",", "").replace("−", "-"))

    @property
    def changes(self) -> list[str]:
        return self.cell.locator(".changes li").all_inner_texts()

    def until(self, count: int) -> None:
        self.page.wait_for_function(
            "([cell, count]) => cell.querySelectorAll('.changes li').length === count",
            arg=[self.cell.element_handle(), count],
        )


SMALL = "epochs=3&hidden=4&window=6&layers=2"


def counted_messages(page: Page, sent: list[int]) -> None:
    """Count what the browser says to the server."""
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_hand_moves_the_forecast_and_the_server_hears_nothing(
    light_site: str, visit: Callable[..., Page], cell: str
) -> None:
    sent: list[int] = []
    errors: list[str] = []
    page = visit(
        f"{light_site}/gates?view=cell&cell={cell}&{SMALL}",
        lambda page: (counted_messages(page, sent), page.on("pageerror", lambda error: errors.append(str(error)))),
    )
    hand = Hand(settled(page), "living-cell")
    gate = {"lstm": "forget", "gru": "update", "rnn": "hidden"}[cell]
    trained, level = hand.forecast, hand.value(f"hold/{gate}")
    said = len(sent)
    hand.drag("day/2/0", 40, "days")
    hand.until(1)
    assert hand.forecast != trained
    assert hand.value("day/2/0", "days") > hand.value("day/1/0", "days")
    hand.drag(f"hold/{gate}", 20 if level < 0.5 else -20)
    hand.until(2)
    assert hand.value(f"hold/{gate}") == pytest.approx(
        level + (20 if level < 0.5 else -20) / 76 * (1 + (cell == "rnn")), abs=0.02
    )
    hand.handle("hold/hidden_before").press("ArrowUp")
    hand.until(3)
    hand.cell.locator(".weight input").press("ArrowRight")
    hand.until(4)
    hand.cell.locator(".changes li button").nth(1).click()  # each is taken back by itself
    hand.until(3)
    assert not [told for told in hand.changes if re.search(r"(gate .|state h), unit", told)]
    hand.cell.locator(".reset").click()
    hand.until(0)
    assert hand.forecast == trained
    assert hand.value(f"hold/{gate}") == pytest.approx(level)
    assert len(sent) == said, "the server was spoken to"
    assert not errors


def test_every_handle_is_a_slider_with_a_name_and_the_keys_reach_it(
    light_site: str, visit: Callable[..., Page]
) -> None:
    page = visit(f"{light_site}/gates?view=cell&lang=zh&{SMALL}")
    hand = Hand(settled(page), "living-cell")
    for handle in hand.cell.locator("[data-handle]").all():
        assert handle.get_attribute("role") == "slider"
        assert re.search(r"[\u4e00-\u9fff]", handle.get_attribute("aria-label") or "")
        low, now, high = (float(handle.get_attribute(f"aria-value{end}") or "nan") for end in ("min", "now", "max"))
        assert low <= now <= high
    assert hand.cell.locator('.days [data-handle][tabindex="0"]').count() == 1  # one stop for all the days
    last = hand.handle("day/5/0", "days")
    last.focus()
    last.press("ArrowLeft")
    assert hand.handle("day/4/0", "days").evaluate("element => element.matches(':focus')")
    hand.handle("day/4/0", "days").press("ArrowUp")
    hand.until(1)
    hand.handle("day/4/0", "days").press("Delete")
    hand.until(0)
    hand.cell.locator("summary").click()
    rows = hand.cell.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(6)
    cells = [row.locator("th, td").all_text_contents() for row in rows.all()]
    assert [len(row) for row in cells] == [3] * 6
    for day, close, answer in cells:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
        assert float(close) > 0
        assert abs(float(answer.replace("−", "-"))) < 10


def read_until(page: Page, section: str, pressed: Locator, said: str) -> None:
    """Scroll to a section of the lesson, and again while what stands above it is still being drawn."""
    for _ in range(20):
        page.locator(f".st-key-beside_{section}").evaluate("element => element.scrollIntoView({block: 'start'})")
        page.locator("[data-testid=stMain]").evaluate("main => main.scrollBy(0, -200)")
        page.wait_for_timeout(500)
        if pressed.all_inner_texts() == [said]:
            return
    expect(pressed).to_have_text(said)


def test_the_lessons_picture_stays_beside_the_text_and_follows_it(light_site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{light_site}/lstm")
    hand = Hand(page, "lstm-cell")
    pressed = ".stages [aria-pressed='true']"
    for section, said in (("cell_state", "Cell state"), ("output_gate", "Let out"), ("candidate", "Propose")):
        read_until(page, section, hand.cell.locator(pressed), said)
        box = hand.cell.bounding_box()
        assert box
        assert 0 < box["y"] < 150  # in view, wherever the text is
    hand.cell.get_by_role("button", name="Forget").click()
    assert hand.cell.locator(pressed).inner_text() == "Forget"
    before = hand.forecast
    hand.drag("hold/forget", -25)
    hand.until(1)
    assert hand.forecast != before


def test_on_a_phone_the_picture_stands_above_the_text(light_site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{light_site}/lstm", viewport={"width": 390, "height": 844})
    hand = Hand(page, "lstm-cell")
    text, box = page.locator(".st-key-beside_forget_gate"), hand.cell

    def above() -> bool:
        below, picture = text.bounding_box(), box.bounding_box()
        return bool(below and picture and picture["y"] + picture["height"] <= below["y"])

    for _ in range(60):  # the picture grows to its height while it is drawn
        if above():
            break
        page.wait_for_timeout(500)
    assert above()
    picture = box.bounding_box()
    assert picture
    assert picture["x"] >= 0
    assert picture["x"] + picture["width"] <= 390


def test_weights_of_several_inputs_say_which_input(light_site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{light_site}/gates?view=cell&epochs=3&hidden=2&window=4&layers=1&inputs=volume,gap")
    settled(page)
    hand = Hand(page, "living-cell")
    told = hand.cell.locator("optgroup").first.locator("option").all_inner_texts()
    assert [each.partition("from ")[2] for each in told[:3]] == [
        "input 1, close",
        "input 2, volume against its mean",
        "input 3, opening gap",
    ]
