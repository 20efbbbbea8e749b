"""What must hold for each chart: words in any language, names shown as they are, an alt sentence, no empty figures."""

import itertools
import json
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Style
from core.charts.style import escape

STYLES = [Style(dark=dark, narrow=narrow) for dark, narrow in itertools.product((False, True), repeat=2)]
DATA_WORDS = {"T", "A", "B", "CNN", "same", "mine", "LSTM", "GRU", "RNN (tanh)", "tanh", "z", "w", "RMSE", "USD"}


def texts(figure) -> list[str]:
    """Every string a reader sees in a figure, without Plotly's own markup."""
    layout = figure.to_plotly_json()["layout"]
    found = [a.get("text", "") for a in layout.get("annotations", ())]
    for name, part in layout.items():
        if re.match(r"[xy]axis", name):
            found += [part.get("title", {}).get("text", ""), *map(str, part.get("ticktext") or ())]
    for trace in figure.data:
        found.append(trace.name or "")
        if trace.type == "scatter" and trace.text is not None:
            found += list(trace.text)
        if getattr(trace, "orientation", None) == "h":
            found += list(trace.y)
    return [re.sub(r"<[^>]*>", " ", text) for text in found if text]


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{'dark' if s.dark else 'light'}-{s.narrow}")
def test_each_is_sound_and_speaks(gallery, style):
    for name, chart in gallery(style).items():
        spec = json.loads(chart.figure.to_json())
        assert spec["data"], name
        assert spec["layout"]["uirevision"], name
        assert spec["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)", name
        assert len(chart.alt) > 20, name
        assert "nan" not in chart.alt, name
        assert "{" not in chart.alt, name


def test_every_word_goes_through_the_catalogue(gallery):
    """A pretended language puts its words into brackets: letters outside are strings nobody can translate."""
    shown = gallery(Style(translate=lambda sentence: f"«{sentence}»"))
    symbols = re.compile(r"^[fcghirxyzno·×+−\-\d.,()%\stanh□■]*$")  # the cell's own letters and numbers
    for name, chart in shown.items():
        for text in [*texts(chart.figure), chart.alt]:
            bare = text
            while "«" in bare:
                bare = re.sub(r"«[^«»]*»", "", bare)
            for word in sorted(DATA_WORDS, key=len, reverse=True):
                bare = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", bare)
            assert symbols.match(bare), (name, text)


def test_the_page_is_told_in_the_readers_language(gallery):
    chinese = {"Actual": "实际值", "test from {date}": "测试集自 {date} 起", "Close": "收盘价"}
    found = gallery(Style(translate=lambda s: chinese.get(s, s), unit="元"))["forecast"].figure
    assert found.data[0].name == "实际值"
    assert found.layout.annotations[0].text.startswith("测试集自 2023-")
    assert found.layout.yaxis.title.text == "收盘价 (元)"


NOT_ALWAYS_TOLD = ("gate_drives", "input_saliency", "unit_correlations", "dial_map", "dial_curve", "parallel")


def strings(value: object) -> Iterator[str]:
    """Every text in what Plotly is given; not those that only tell things apart."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from () if name in ("uirevision", "legendgroup", "template") else strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


def named_charts(name: str, bars, style: Style) -> dict[str, charts.Chart]:
    """Each chart that shows a name from outside, so named."""
    rng, epochs = np.random.default_rng(5), np.arange(1.0, 6.0)
    lines = [charts.Line(name, epochs, 0.9**epochs, look=0)]
    dials = [charts.Dial("A", (name, "8")), charts.Dial("B", ("5", name))]
    places, skills = np.array([(0, 0), (0, 1), (1, 0), (1, 1)]), np.linspace(-0.2, 0.1, 4)
    gates = 0.5 + 0 * bars[["open", "close"]].to_numpy()
    return {
        "price": charts.price(bars, style, ticker=name, split=bars.index[50]),
        "candles": charts.price(bars, style, ticker=name, candles=True),
        "published": charts.published([charts.Row(name, 1.0, "ours"), charts.Row("other", 2.0, "published")], style),
        "curves": charts.curves(
            [charts.Line(name, [1, 2], [3, 4])], charts.Axes(name, name, level=(name, 3.0)), style
        ),
        "two_days": charts.two_days(gates, gates, "forget", (name, name), style),
        "by_day": charts.by_day([charts.Daily(name, pd.Series([1.0, 2.0], bars.index[:2]), 0)], name, style),
        "losses": charts.losses(lines, lines, style),
        "errors": charts.errors_over_time(
            [charts.Errors(name, pd.Series([1.1, 0.9], bars.index[:2]), 1)], style, window=60
        ),
        "dial_map": charts.dial_map(*dials, charts.spread_of(places, skills, (2, 2)), "T", style),
        "dial_curve": charts.dial_curve(dials[0], charts.spread_of(places[:, :1], skills, (2,)), "T", style),
        "parallel": charts.parallel(dials, places, skills, "T", style),
        "gradient_norms": charts.gradient_norms(0.9**epochs, style, others=[(name, 0.4**epochs)]),
        "unit_correlations": charts.unit_correlations(
            {"price": rng.uniform(-1, 1, (1, 8))}, style, {name: rng.uniform(-1, 1, (1, 8))}
        ),
        "gate_drives": charts.gate_drives({"forget": rng.uniform(-0.2, 1, (8, 2))}, [name, "T"], style),
        "input_gains": charts.input_gains([charts.Gain(name, 0.02, "helps")], style),
        "input_saliency": charts.input_saliency(rng.normal(size=(5, 2)), [name, "B"], style, dates=bars.index[:5]),
    }  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", ["<b>x</b>", "<a href='javascript:alert(1)'>x</a>", "%{x} {y}", "a<br>b", "&lt;i&gt;"])
def test_names_from_outside_are_shown_as_they_are(bars, name, narrow):
    """Plotly reads some HTML in texts, and %{places} in hover texts: neither is in a name."""
    for kind, chart in named_charts(name, bars, Style(unit=name, narrow=narrow)).items():
        spec = json.loads(chart.figure.to_json())
        if escape(name) != name:
            assert not [text for text in strings(spec) if name in text.replace(escape(name), "")], kind
        hovered = [trace.get("hovertemplate") for trace in spec["data"]]
        assert not [text for text in hovered if isinstance(text, str) and name in text], kind
        assert any(escape(name) in text.replace("<br>", " ") for text in strings(spec)) or kind in (
            "price",
            "candles",
        ), kind
        assert name in chart.alt or kind in NOT_ALWAYS_TOLD, kind


def test_dates_are_days(gallery):
    day = re.compile(r"\d{4}-\d{2}-\d{2}$")
    drawn = gallery(Style())
    for name in ("price", "forecast", "horizon", "gates_over_time"):
        figure = drawn[name].figure
        assert all(day.match(x) for trace in figure.data for x in trace.x if x), name
        assert figure.layout.xaxis.hoverformat == "%Y-%m-%d"
