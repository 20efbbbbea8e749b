"""Contrast by WCAG 2.2 against the pages' own backgrounds, and the hues that are fixed."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from core.charts import Style
from core.charts.board import ink_line
from core.charts.heat import Scale, gate_scale, signed_scale
from core.charts.tokens import DARK, GATE_HUES, LIGHT, NEGATIVE, POSITIVE, contrast, ink_on, mix

ROOT = Path(__file__).parents[2]
THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.478), ("#0000FF", "#FFFFFF", 8.592)],
)
def test_contrast_is_wcags(one, other, ratio):
    """Ratios as published by WebAIM's checker."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_themes_are_the_pages_own():
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for name, tokens in (("light", LIGHT), ("dark", DARK)):
        page = themes[name]
        shown = (page["backgroundColor"], page["textColor"], page["borderColor"])
        assert (tokens.background, tokens.text, tokens.border) == shown


def test_gates_keep_their_hues():
    assert [GATE_HUES[name] for name in ("forget", "input", "output")] == ["#0072B2", "#009E73", "#D55E00"]
    assert (NEGATIVE, POSITIVE) == ("#2166AC", "#B2182B")


@THEMES
@pytest.mark.parametrize("name", ["text", "quiet", "split_text"])
def test_text_can_be_read(tokens, name):
    assert contrast(getattr(tokens, name), tokens.background) >= 4.5


@THEMES
@pytest.mark.parametrize("name", ["actual", "persistence", "train", "test", "split", "extra", "rise_red", "rise_green"])
def test_lines_can_be_seen(tokens, name):
    assert contrast(getattr(tokens, name), tokens.background) >= 3


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("hue", sorted({*GATE_HUES.values(), NEGATIVE, POSITIVE}))
def test_wires_can_be_seen(dark, hue):
    style = Style(dark=dark)
    assert contrast(ink_line(hue, style), style.tokens.background) >= 3


def test_black_or_white_reads_on_everything():
    levels = [f"{v:02X}" for v in range(0, 256, 17)]
    fills = ["#" + "".join(parts) for parts in itertools.product(levels, repeat=3)]
    assert min(contrast(ink_on(fill), fill) for fill in fills) >= 4.5


def test_closed_is_the_page_and_open_the_hue():
    for dark, (name, hue) in itertools.product((False, True), GATE_HUES.items()):
        style = Style(dark=dark)
        scale = gate_scale(name, style)
        assert (scale.colour(0), scale.colour(1)) == (style.tokens.background, hue)
        assert scale.colour(0.25) == mix(style.tokens.background, hue, 0.25)


def test_signed_values_are_centred_on_the_page():
    scale = signed_scale(0.8, Style(dark=True))
    assert [scale.colour(v) for v in (-0.8, 0, 0.8)] == [NEGATIVE, DARK.background, POSITIVE]
    assert scale.colour(5) == POSITIVE
    assert isinstance(signed_scale(0.0, Style()), Scale)  # all zero: still a scale


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_on_cells_can_be_read(gallery, dark):
    """In every heat map, against the colour of the very cell."""
    drawn = gallery(Style(dark=dark))
    for name in ("gates", "two_days", "unit_correlations"):
        for trace in (each for each in drawn[name].figure.data if each.type == "heatmap"):
            z = np.asarray(trace.z, dtype=float)
            scale = Scale(trace.zmin, trace.zmax, tuple(stop for _, stop in trace.colorscale))
            inks = [contrast(trace.textfont.color, scale.colour(v)) for v in z[np.isfinite(z)]]
            assert min(inks) >= 4.5, name
