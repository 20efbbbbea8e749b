"""What must hold for each chart: words in any language, names shown as they are, an alt sentence, no empty figures."""

import itertools
import json
import re

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


def test_names_from_outside_are_shown_as_they_are(bars):
    wicked, style = "<b>x</b>", Style(unit="<b>x</b>")
    drawn = [
        charts.price(bars, style, ticker=wicked, split=bars.index[50]),
        charts.published([charts.Row(wicked, 1.0, "ours"), charts.Row("other", 2.0, "published")], style),
        charts.curves([charts.Line(wicked, [1, 2], [3, 4])], charts.Axes(wicked, wicked, level=(wicked, 3.0)), style),
        charts.two_days(*[0.5 + 0 * bars[["open", "close"]].to_numpy()] * 2, "forget", (wicked, wicked), style),
    ]
    for chart in drawn:
        layout = chart.figure.to_plotly_json()["layout"]
        layout.pop("uirevision")
        assert wicked not in json.dumps(layout, default=str)
        assert wicked not in json.dumps([[t.name, str(t.text), str(t.y)] for t in chart.figure.data], default=str)
    assert escape(wicked) in drawn[1].figure.data[0].y
    assert wicked in drawn[0].alt  # an attribute, not markup


def test_dates_are_days(gallery):
    day = re.compile(r"\d{4}-\d{2}-\d{2}$")
    drawn = gallery(Style())
    for name in ("price", "forecast", "horizon", "gates_over_time"):
        figure = drawn[name].figure
        assert all(day.match(x) for trace in figure.data for x in trace.x if x), name
        assert figure.layout.xaxis.hoverformat == "%Y-%m-%d"
