"""Prices, loss, forecast, residuals, outlook: what is drawn is what was given, and nothing where there is nothing."""

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Style
from core.charts.price import MOST_CANDLES
from core.charts.tokens import LIGHT

SPLIT = 70


def by_name(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_the_split_stands_at_its_date(prediction):
    split = f"{prediction['date'].iloc[SPLIT]:%Y-%m-%d}"
    last = f"{prediction['date'].iloc[-1]:%Y-%m-%d}"
    layout = charts.forecast(prediction, Style()).figure.layout
    band, line = layout.shapes
    assert (band.x0, band.x1) == (split, last)
    assert (line.x0, line.x1, line.line.dash, line.line.color) == (split, split, "dash", LIGHT.split)
    assert [(a.text, a.x) for a in layout.annotations] == [(f"test from {split}", split)]


def test_the_end_of_a_run_stands_before_the_days_that_came_after(prediction):
    tested, after = prediction[SPLIT:90], prediction[90:]
    figure = charts.afterwards(tested, after, Style()).figure
    end, last = (f"{day:%Y-%m-%d}" for day in (tested["date"].iloc[-1], after["date"].iloc[-1]))
    band, line = figure.layout.shapes
    assert (band.x0, band.x1, line.x0, line.x1) == (end, last, end, end)
    assert [a.text for a in figure.layout.annotations] == [f"end of the run, {end}"]
    drawn = by_name(figure, "Predicted, after the end")
    assert drawn.x[0] > end
    assert list(drawn.y) == list(after["predicted"])
    assert list(by_name(figure, "Actual").y) == list(prediction["actual"][SPLIT:])


def test_a_forecast_lies_over_what_happened(prediction):
    figure = charts.forecast(prediction, Style(), persistence=True).figure
    assert [t.name for t in figure.data] == ["Actual", "Same as yesterday", "Predicted, training", "Predicted, test"]
    assert [t.line.dash for t in figure.data] == [None, "dash", "dot", None]
    assert [t.line.color for t in figure.data] == [LIGHT.actual, LIGHT.persistence, LIGHT.train, LIGHT.test]
    training, test = figure.data[2:]
    np.testing.assert_array_equal(training.y, prediction["predicted"][:SPLIT])
    np.testing.assert_array_equal(test.y, prediction["predicted"][SPLIT:])
    assert max(training.x) < min(test.x)
    np.testing.assert_array_equal(figure.data[0].y, prediction["actual"])


def test_persistence_is_drawn_on_demand_only(prediction):
    assert len(charts.forecast(prediction, Style()).figure.data) == 3


def test_nothing_is_drawn_where_nothing_was_predicted(prediction):
    gap = prediction.copy()
    gap.loc[75:79, "predicted"] = np.nan
    test = by_name(charts.forecast(gap, Style()).figure, "Predicted, test")
    assert np.isnan(test.y[5:10]).all()
    assert np.isfinite(np.delete(test.y, range(5, 10))).all()
    assert test.connectgaps is False


def test_a_forecast_says_its_figures(prediction):
    last = prediction.iloc[-1]
    alt = charts.forecast(prediction, Style()).alt
    for figure in (last["actual"], last["predicted"], last["persistence"]):
        assert f"{figure:,.2f}" in alt
    assert f"{prediction['date'].iloc[SPLIT]:%Y-%m-%d}" in alt
    assert "70 training days, 30 test days" in alt


def test_a_training_part_alone_can_be_drawn(prediction):
    training = prediction[prediction["part"] == "train"]
    for draw in (charts.forecast, charts.forecast_spark, charts.residuals):
        chart = draw(training, Style())
        assert not any(shape.line.dash == "dash" for shape in chart.figure.layout.shapes)
        assert "nan" not in chart.alt


def test_volatility_is_labelled_in_annual_per_cent(prediction):
    """20 % a year is a daily log range of ln(0.20 / sqrt(252)) = -4.374."""
    axis = charts.forecast(prediction, Style(), target="volatility").figure.layout.yaxis
    label = dict(zip(axis.ticktext, axis.tickvals, strict=True))["20 % (−4.4)"]
    assert label == pytest.approx(-4.374, abs=5e-4)


def test_residuals_add_up(prediction):
    figure = charts.residuals(prediction, Style()).figure
    over_time, shares = figure.data[2], figure.data[3]
    expected = (prediction["actual"] - prediction["predicted"])[SPLIT:]
    np.testing.assert_allclose(over_time.y, expected)
    assert np.sum(shares.x) == pytest.approx(100)
    assert figure.layout.yaxis2.matches == "y"


def test_closes_are_the_bars_own(bars):
    chart = charts.price(bars, Style(unit="USD"), ticker="T")
    np.testing.assert_array_equal(chart.figure.data[0].y, bars["close"])
    assert chart.figure.layout.yaxis.title.text == "Close (USD)"
    assert f"lowest {bars['close'].min():,.2f} on {bars['close'].idxmin():%Y-%m-%d}" in chart.alt
    assert not chart.figure.layout.shapes


@pytest.mark.parametrize("rising_red", [False, True])
def test_candles_follow_the_markets_habit(bars, rising_red):
    candle = charts.price(bars, Style(rising_red=rising_red), candles=True).figure.data[0]
    rise, fall = (LIGHT.rise_red, LIGHT.rise_green)[:: 1 if rising_red else -1]
    assert (candle.increasing.line.color, candle.decreasing.line.color) == (rise, fall)
    assert candle.increasing.fillcolor == LIGHT.background  # hollow: not by colour alone
    np.testing.assert_array_equal(candle.high, bars["high"])


def test_bars_of_closes_alone_have_no_candles(bars):
    assert charts.price(bars[["close"]], Style(), candles=True).figure.data[0].type == "scatter"


@pytest.mark.parametrize(("years", "word"), [(8, "weekly"), (40, "monthly")])
def test_long_histories_get_wider_candles(years, word):
    days = pd.bdate_range("1985-01-01", periods=years * 261)
    close = 100 + np.cumsum(np.random.default_rng(0).normal(size=len(days)))
    bars = pd.DataFrame({"open": close - 0.1, "high": close + 1, "low": close - 1, "close": close}, index=days)
    chart = charts.price(bars, Style(), candles=True)
    candle = chart.figure.data[0]
    assert len(candle.x) <= MOST_CANDLES
    assert word in chart.alt
    assert (candle.open[0], candle.close[-1]) == (bars["open"].iloc[0], bars["close"].iloc[-1])
    assert (max(candle.high), min(candle.low)) == (bars["high"].max(), bars["low"].min())


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("epochs_done", [0, 1, 17, 40])
def test_a_growing_loss_moves_no_axis(history, epochs_done, log):
    figure = charts.loss(history[:epochs_done], 200, Style(), persistence=0.02, log=log).figure
    assert figure.layout.xaxis.range == (0.5, 200.5)
    assert figure.layout.yaxis.type == ("log" if log else "linear")
    assert [t.name for t in figure.data] == ["Training", "Test", "Same as yesterday"]
    assert list(figure.data[1].y) == [r.test_loss for r in history[:epochs_done]]
    assert (figure.data[2].x, figure.data[2].y) == ((0.5, 200.5), (0.02, 0.02))


def test_loss_keeps_zoom_while_training(history):
    revisions = {charts.loss(history[:n], 200, Style()).figure.layout.uirevision for n in (0, 5, 40)}
    assert len(revisions) == 1


def test_loss_says_where_it_ended(history):
    assert charts.loss([], 50, Style()).alt == "Loss curve: no epoch of 50 has finished yet."
    alt = charts.loss(history, 200, Style(), persistence=0.0123).alt
    assert f"training {history[-1].train_loss:.3g}" in alt
    assert "0.0123" in alt


def test_the_fan_opens_from_the_last_close(prediction, ahead, coming):
    chart = charts.horizon(prediction, ahead, coming, Style())
    inner = by_name(chart.figure, "80 % interval")
    outer = by_name(chart.figure, "95 % interval")
    assert inner.y[0] == outer.y[0] == prediction["actual"].iloc[-1]
    np.testing.assert_array_equal(outer.y[1:], ahead.bounds[0.95][1])
    forecast = by_name(chart.figure, "Forecast")
    np.testing.assert_array_equal(forecast.y, ahead.path)
    assert [x == f"{d}" for x, (d, _) in zip(forecast.x, coming, strict=True)] == [True] * 5
    assert "95 % interval on the last day: 95.00 to 115.00." in chart.alt


def test_estimated_dates_are_hollow(prediction, ahead, coming):
    style = Style()
    chart = charts.horizon(prediction, ahead, coming, style)
    fills = by_name(chart.figure, "Forecast").marker.color
    assert [fill == style.tokens.background for fill in fills] == [estimated for _, estimated in coming]
    assert "2 of the dates are estimates." in chart.alt
    certain = [(day, False) for day, _ in coming]
    names = [t.name for t in charts.horizon(prediction, ahead, certain, style).figure.data]
    assert "date estimated" not in names


def test_crosses_stand_where_the_interval_missed(walk):
    shown, bands = walk
    chart = charts.walk_forward(shown, bands, Style())
    wide = max(bands, key=lambda band: band.level)
    missed = shown[(shown["actual"] < wide.low) | (shown["actual"] > wide.high)]
    crosses = by_name(chart.figure, "outside")
    assert list(crosses.x) == [f"{d:%Y-%m-%d}" for d in missed["date"]]
    assert 0 < len(missed) < len(shown)
    assert f"The 95 % interval held {100 * wide.held:.1f} % of 30 days." in chart.alt


def test_the_seed_band_has_the_given_width(prediction):
    guess = prediction["predicted"]
    chart = charts.seed_band(prediction.assign(low=guess - 1, median=guess, high=guess + 2), Style(), count=5)
    low, high = chart.figure.data[:2]
    np.testing.assert_allclose(np.array(high.y) - np.array(low.y), 3)
    assert "5 seeds" in high.name
    assert "3.00 apart" in chart.alt


def test_skill_has_its_line_at_zero_and_whiskers():
    rows = [charts.Skill("persistence", -0.5, -0.7, -0.3), charts.Skill("ar", 0.02, -0.01, 0.05)]
    chart = charts.skills(rows, Style())
    worse, same = chart.figure.data
    assert chart.figure.layout.shapes[0].x0 == 0
    assert worse.error_x.array == pytest.approx((0.2,))
    assert worse.error_x.arrayminus == pytest.approx((0.2,))
    assert worse.marker.color == LIGHT.test  # surely worse
    assert same.marker.color == LIGHT.persistence  # its whisker crosses zero
    assert "−0.500, 95 % interval −0.700 to −0.300" in chart.alt


def test_published_rows_are_sorted_and_told_apart():
    rows = [
        charts.Row("CNN", 42.967, "published"),
        charts.Row("yesterday", 38.06, "baseline"),
        charts.Row("ours", 37.95, "ours", 37.93, 37.98),
    ]
    chart = charts.published(rows, Style())
    assert list(chart.figure.layout.yaxis.categoryarray) == ["ours", "yesterday", "CNN"]
    assert chart.figure.layout.shapes[0].x0 == 38.06
    assert {t.y[0]: t.marker.symbol for t in chart.figure.data}["CNN"] == "circle-open"
    assert chart.alt.endswith("ours 37.95, yesterday 38.06, CNN 42.97.")


@pytest.mark.parametrize("draw", ["forecast", "residuals", "price"])
def test_prices_of_a_millionth_are_drawn_with_their_digits(bars, prediction, draw):
    style = Style(digits=10)
    small = prediction.assign(**{name: prediction[name] * 1e-9 for name in ("actual", "predicted", "persistence")})
    chart = charts.price(bars * 1e-9, style) if draw == "price" else getattr(charts, draw)(small, style)
    assert "0.00" not in chart.alt
    assert "e−" in chart.alt
    assert chart.figure.layout.template.layout.yaxis.exponentformat == "e"  # Plotly's own would be 400n
    hovers = {trace.hovertemplate for trace in chart.figure.data} - {"%{x:.1f} %"}
    assert all("%{y:.4~g}" in hover for hover in hovers)


def test_volatility_has_no_yearly_ticks_where_no_year_is_known(prediction):
    axes = [
        charts.forecast(prediction, Style(bars_a_year=periods), target="volatility").figure.layout.yaxis
        for periods in (252.0, 52.0, None)
    ]
    np.testing.assert_allclose(np.subtract(axes[1].tickvals, axes[0].tickvals), np.log(252 / 52) / 2)
    assert axes[2].tickvals is None
    assert axes[2].title.text == "log range"
