"""From opening settings nobody has trained: never an empty box, and a loss axis that stands until the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page

SLOW = "dropout=0.2&hidden=48&window=40"  # by PyTorch
# An empty box is a bordered container with neither a word nor a drawing in it, nor one that the browser is loading.
# What it holds comes in a message of its own, so one that is empty in a single look is only just being filled.
LOOK = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const boxes = main ? [...main.querySelectorAll('[data-testid=stVerticalBlock]')] : [];
    const bordered = boxes.filter(box => parseFloat(getComputedStyle(box).borderTopWidth) > 0);
    const drawing = 'svg, canvas, [data-testid=stSkeleton]';
    const empty = bordered.filter(box => !box.innerText.trim() && !box.querySelector(drawing));
    const loss = main && main.querySelector(
        '.st-key-training-loss .js-plotly-plot, .st-key-overview-loss .js-plotly-plot');
    const axis = loss && loss._fullLayout ? loss._fullLayout.yaxis : null;
    return {
        empty: empty.map(box => box.outerHTML.slice(0, 600)), boxes: bordered.length,
        drawn: main ? main.querySelectorAll('.js-plotly-plot').length : 0,
        axis: axis ? [axis.type, ...axis.range.map(each => each.toFixed(6))].join(' ') : null,
        running: !!document.querySelector('.st-key-training_cancel'),
        done: !!main && /trained in|训练用时/.test(main.innerText),
    };
}"""


def looks(page: Page, seconds: float = 240) -> list[dict[str, Any]]:
    """What a visitor sees, again and again until the training is done."""
    found: list[dict[str, Any]] = []
    until = time.monotonic() + seconds
    while not found or not found[-1]["done"]:
        assert time.monotonic() < until, found[-1]
        found.append(page.evaluate(LOOK))
        if (start := page.locator(".st-key-training_start button")).count():  # others' trainings wait
            start.click()
        page.wait_for_timeout(300)
    return found


@pytest.mark.parametrize(
    ("language", "places"),
    [("en", {"overview": 15, "training": 16}), ("zh", {"forecast": 17, "gates": 18})],  # with epochs of its own
)
def test_no_box_is_empty_and_the_loss_axis_stands(
    site: str, visit: Callable[..., Page], language: str, places: dict[str, int]
) -> None:
    for place, epochs in places.items():
        page = visit(f"{site}/{place}?{SLOW}&epochs={epochs}&lang={language}")
        seen = looks(page)
        assert any(each["running"] for each in seen), place
        assert not [later["empty"] for one, later in pairwise(seen) if one["empty"] and later["empty"]], place
        assert any(each["drawn"] and each["running"] for each in seen), place
        page.close()
        axes = {each["axis"] for each in seen if each["axis"]}
        assert len(axes) == (place in ("overview", "training")), (place, axes)
