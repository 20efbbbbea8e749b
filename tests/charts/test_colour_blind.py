"""The palette as readers see it who lack one kind of cone: colours stay apart, and none tells lines apart alone."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from colorspacious import cspace_convert

from core import charts
from core.charts import Style
from core.charts.curves import DASHES, cycle
from core.charts.tokens import DARK, GATE_HUES, LIGHT, Tokens, rgb
from core.pins import Pin

NEAREST = 10.0  # in CAM02-UCS, where 1 can just be seen; below it colours are taken for one another in thin lines
EYES = {"all cones": None, "protanopia": "protanomaly", "deuteranopia": "deuteranomaly", "tritanopia": "tritanomaly"}
THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
BY_EYES = pytest.mark.parametrize("eyes", EYES)


def seen(colour: str, eyes: str) -> np.ndarray:
    """A colour's place in CAM02-UCS, (3,), as such eyes see it (Machado et al. 2009, severity 100)."""
    shown = np.array(rgb(colour)) / 255
    if (kind := EYES[eyes]) is not None:
        space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
        shown = np.clip(cspace_convert(shown, space, "sRGB1"), 0, 1)
    return cspace_convert(shown, "sRGB1", "CAM02-UCS")


def apart(one: str, other: str, eyes: str) -> float:
    return float(np.linalg.norm(seen(one, eyes) - seen(other, eyes)))


def test_the_simulation_is_one():
    """Red and green of one lightness fall together without the cones for red or green, and stay apart without blue."""
    red, green = "#C0504D", "#6F8A2F"
    assert apart(red, green, "deuteranopia") < 0.5 * apart(red, green, "all cones") < apart(red, green, "tritanopia")
    assert apart("#808080", "#808080", "protanopia") == 0


@THEMES
@BY_EYES
def test_lines_of_one_chart_stay_apart(tokens: Tokens, eyes: str):
    for one, other in itertools.combinations(cycle(tokens), 2):
        assert apart(one, other, eyes) >= NEAREST, (one, other)


@THEMES
@BY_EYES
def test_what_is_drawn_over_each_other_stays_apart(tokens: Tokens, eyes: str):
    """Prices and predictions of both parts, rising and falling days, the three gates."""
    pairs = [(tokens.actual, tokens.train), (tokens.actual, tokens.test), (tokens.rise_red, tokens.rise_green)]
    pairs += itertools.combinations([GATE_HUES[name] for name in ("forget", "input", "output")], 2)
    for one, other in pairs:
        assert apart(one, other, eyes) >= NEAREST, (one, other)


def test_no_line_is_told_by_its_colour_alone():
    """Beside the colour there is a dash: each of five lines has its own, each of twelve kept runs a pair of both."""
    y = np.linspace(1.0, 2.0, 5)
    drawn = charts.curves([charts.Line(str(n), y, y) for n in range(5)], charts.Axes("x", "y"), Style())
    assert [trace.line.dash for trace in drawn.figure.data] == list(DASHES[:5])
    looks = [(number, Pin(None, number).look) for number in range(1, 13)]
    assert len({(look % 5, look % 6) for _, look in looks}) == 12
    runs = [charts.Line(str(number), y, y, look=look) for number, look in looks[:6]]
    dashes = [trace.line.dash for trace in charts.losses(runs, runs, Style()).figure.data[:6]]
    assert len(set(dashes)) == 6


@pytest.mark.parametrize("dark", [False, True])
def test_the_choice_of_rising_reaches_every_chart_that_shows_it(gallery, dark):
    """Turned round, each chart that has one of the two colours has them the other way round, and no other changes."""
    one, other = (gallery(Style(dark=dark, rising_red=red)) for red in (False, True))
    tokens = DARK if dark else LIGHT
    turned = []
    for name, chart in one.items():
        mine, theirs = (each.figure.to_json() for each in (chart, other[name]))
        if tokens.rise_red in mine or tokens.rise_green in mine:
            swapped = mine.replace(tokens.rise_red, "?").replace(tokens.rise_green, tokens.rise_red)
            assert swapped.replace("?", tokens.rise_green) == theirs != mine, name
            turned.append(name)
        assert tokens.rise_red not in theirs or name in turned
    assert turned == ["candles"]


def test_rising_days_are_told_without_colours(bars: pd.DataFrame):
    """A reader who sees neither colour reads open and close of a day in its hover text."""
    candles = charts.price(bars, Style(), ticker="T", candles=True).figure.data[0]
    assert candles.type == "candlestick"
    assert (candles.increasing.line.color, candles.decreasing.line.color) == (LIGHT.rise_green, LIGHT.rise_red)
    assert candles.increasing.fillcolor != candles.decreasing.fillcolor
