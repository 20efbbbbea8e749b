"""Heat maps, gradients, the cell, the lessons: every number on screen is the number given."""

import itertools
import re

import numpy as np
import pytest

from core import charts
from core.charts import Style
from core.charts.heat import MOST_PRINTED, SMALLEST
from core.charts.tokens import GATE_HUES, LIGHT, contrast

NAMES = ("forget", "input", "output", "candidate", "cell", "hidden")


def printed(figure, xaxis):
    """(unit, step) -> text of one panel, from all its traces."""
    cells = {}
    for trace in (t for t in figure.data if t.xaxis == xaxis and t.type == "heatmap"):
        for unit, row in enumerate(trace.text):
            for step, text in enumerate(row):
                if text:
                    assert (unit, step) not in cells, "a cell is printed twice"
                    cells[unit, step] = text
    return cells


@pytest.mark.parametrize("dark", [False, True])
def test_each_cell_prints_its_value(matrices, dark):
    figure = charts.gates(matrices, Style(dark=dark)).figure
    for index, values in enumerate(matrices.values()):
        cells = printed(figure, f"x{index + 1 if index else ''}")
        assert len(cells) == values.size
        for (unit, step), text in cells.items():
            assert abs(float(text.replace("−", "-")) - values[step, unit]) <= 0.005 + 1e-12


def test_gates_are_ink_and_states_are_signed(matrices):
    figure = charts.gates(matrices, Style()).figure
    first = {trace.xaxis: trace for trace in reversed(figure.data)}
    for axis, name in (("x", "forget"), ("x2", "input"), ("x3", "output")):
        assert first[axis].colorscale == ((0.0, LIGHT.background), (1.0, GATE_HUES[name]))
        assert (first[axis].zmin, first[axis].zmax) == (0, 1)
    for axis, name in (("x4", "candidate"), ("x5", "cell"), ("x6", "hidden")):
        assert first[axis].zmax == -first[axis].zmin == pytest.approx(np.abs(matrices[name]).max())
        assert first[axis].colorscale[1] == (0.5, LIGHT.background)
    assert sum("closed" in a.text and "open" in a.text for a in figure.layout.annotations) == 3


def test_the_chosen_step_and_unit_are_framed_in_every_panel(matrices):
    chart = charts.gates(matrices, Style(), step=6, unit=3)
    frames = chart.figure.layout.shapes
    assert len(frames) == 12
    assert {(f.x0, f.x1, f.y0, f.y1) for f in frames} == {(5.5, 6.5, -0.5, 7.5), (-0.5, 9.5, 2.5, 3.5)}
    assert {f.xref for f in frames} == {"x", "x2", "x3", "x4", "x5", "x6"}
    assert f"chosen cell {matrices['forget'][6, 3]:.2f}" in chart.alt


def test_beyond_so_many_cells_the_value_is_in_the_hover():
    few, many = np.full((12, 16), 0.4), np.full((12, 17), 0.4)
    assert few.size == MOST_PRINTED
    assert charts.gates({"forget": few}, Style()).figure.data[0].texttemplate
    unprinted = charts.gates({"forget": many}, Style()).figure.data[0]
    assert unprinted.texttemplate is None
    assert "%{z:.4f}" in unprinted.hovertemplate


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (("reset", "update", "candidate", "hidden"), "Candidate n"),
        (("hidden",), "Hidden state h"),
    ],
)
def test_other_cells_show_what_they_have(names, title):
    figure = charts.gates({name: np.full((4, 3), 0.25) for name in names}, Style()).figure
    headings = [a.text.split("<br>")[0] for a in figure.layout.annotations]
    assert len(headings) == len(names)
    assert title in headings


def test_steps_count_back_from_the_prediction(matrices):
    figure = charts.gates(matrices, Style()).figure
    assert figure.layout.xaxis4.ticktext == ("−9", "−8", "−7", "−6", "−5", "−4", "−3", "−2", "−1", "0")
    assert figure.layout.yaxis.range == (7.5, -0.5)  # unit 1 on top


def test_a_phone_gets_the_panels_below_each_other(matrices):
    axes = charts.gates(matrices, Style(narrow=True)).figure.layout
    assert {axes[f"xaxis{n or ''}"].domain for n in ("", 2, 3, 4, 5, 6)} == {(0.0, 1.0)}


def test_gradient_norms_are_drawn_on_decades():
    lags = np.arange(40.0)
    chart = charts.gradient_norms(0.9**lags, Style(), others=[("RNN", 0.3**lags)], name="GRU")
    assert chart.figure.layout.yaxis.type == "log"
    np.testing.assert_allclose(chart.figure.data[1].y, 0.3**lags)
    assert 1.0 in chart.figure.layout.yaxis.tickvals
    assert "GRU, hidden state: 1 at 0" in chart.alt


def test_a_vanished_gradient_is_not_drawn_as_zero():
    chart = charts.gradient_norms(np.array([1.0, 0.1, 0.0]), Style())
    assert np.isnan(chart.figure.data[0].y[2])


def test_shares_of_a_gate_fill_the_bar():
    below, above = np.array([[0.2, 0.5], [0.0, 0.1]]), np.array([[0.3, 0.1], [1.0, 0.2]])
    chart = charts.saturation(("forget", "input"), below, above, Style())
    bars = [t for t in chart.figure.data if t.type == "bar"]
    np.testing.assert_allclose(sum(np.asarray(t.x) for t in bars), 100)
    np.testing.assert_allclose(bars[0].x, [20, 50, 0, 10])
    assert list(bars[2].marker.color) == [GATE_HUES["forget"]] * 2 + [GATE_HUES["input"]] * 2
    assert "Forget, layer 1: shut 20.0 %, open 30.0 %." in chart.alt


def test_units_are_ordered_by_memory():
    chart = charts.half_lives(np.array([[1.0, 8.0, 2.0]]), Style())
    assert list(chart.figure.data[0].y) == [8, 2, 1]
    assert [unit for unit, _ in chart.figure.data[0].customdata] == [2, 3, 1]
    assert "from 1 to 8 steps, median 2" in chart.alt


def test_saliency_names_the_strongest_day(bars):
    slopes = np.array([0.1, -0.6, 0.3])
    chart = charts.saliency(bars.index[:3], slopes, Style())
    assert "the strongest, −0.6, to 2023-01-03; all together −0.2" in chart.alt
    assert list(chart.figure.data[0].marker.pattern.shape) == ["", "/", ""]


def test_gates_share_the_dates_of_the_price(bars):
    rng = np.random.default_rng(0)
    states = {"forget": rng.uniform(size=(120, 4)), "input": rng.uniform(size=(120, 4))}
    figure = charts.gates_over_time(bars["close"], states, [2, 0], Style()).figure
    assert figure.layout.xaxis.matches == figure.layout.xaxis2.matches == "x3"
    assert [t.yaxis for t in figure.data] == ["y", "y2", "y2", "y3", "y3"]
    np.testing.assert_array_equal(figure.data[1].y, states["forget"][:, 2])
    assert figure.data[1].line.color == GATE_HUES["forget"]


def test_a_change_between_two_days_is_their_difference(matrices):
    one, other = matrices["forget"], matrices["input"]
    chart = charts.two_days(one, other, "forget", ("a", "b"), Style())
    change = np.nansum([t.z for t in chart.figure.data if t.xaxis == "x3"], axis=0)
    np.testing.assert_allclose(change.T, other - one)
    step, unit = np.unravel_index(np.argmax(np.abs(other - one)), one.shape)
    assert f"is in unit {unit + 1} at step {step + 1}." in chart.alt


def test_the_peak_of_the_powers_is_marked():
    shear = np.array([[0.9, 3.0], [0.0, 0.9]])
    norms = np.array([np.linalg.norm(np.linalg.matrix_power(shear, n), 2) for n in range(1, 41)])
    chart = charts.matrix_powers(norms, 0.9, Style())
    peak = chart.figure.data[-1]
    assert (peak.x, peak.text) == ((9,), ("11.64",))
    np.testing.assert_allclose(chart.figure.data[1].y, 0.9 ** np.arange(1, 41))
    assert "peaks at 11.64, at power 9" in chart.alt


def test_the_adding_problem_grows_under_fixed_axes():
    for done in (0, 3):
        steps = [25, 50, 75][:done]
        figure = charts.adding_problem({"rnn": (steps, [0.17] * done)}, 1 / 6, 2000, Style()).figure
        assert figure.layout.xaxis.range == (0, 2000)
        level = figure.data[-1]
        assert level.x == (0, 2000)
        assert level.y == pytest.approx((1 / 6, 1 / 6))


def test_lines_differ_by_dash_as_well():
    lines = [charts.Line(str(n), np.arange(3.0), np.arange(3.0)) for n in range(5)]
    figure = charts.curves(lines, charts.Axes("x", "y"), Style()).figure
    assert len({t.line.dash for t in figure.data}) == len({t.line.color for t in figure.data}) == 5


@pytest.mark.parametrize("room", [0, 600, 800, 1000])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_printed_number_can_be_read_and_fits_its_cell(room, sign):
    """Measured as Plotly draws it: its panel's width over its steps, a digit half as wide as the letters are high."""
    for steps, units in itertools.product((4, 10, 24), (4, 8, 48)):
        matrices = {name: np.full((steps, units), sign * 0.25) for name in NAMES}
        style = Style(room=room, narrow=room == 0)
        drawn = charts.gates(matrices, style).figure
        for trace in drawn.data:
            if trace.texttemplate is None:
                continue
            number = trace.textfont.size
            assert number >= SMALLEST
            left, right = drawn.layout[trace.xaxis.replace("x", "xaxis")].domain
            cell = (style.chart_width - 60) * (right - left) / steps
            assert number * (0.5 * len(trace.text[0][0]) - 0.25) <= cell
    roomy = charts.gates({"forget": np.full((10, 8), sign * 0.25)}, Style(room=room, narrow=room == 0))
    assert roomy.figure.data[0].texttemplate


def test_a_long_row_of_units_is_not_printed():
    few, many = (charts.unit_correlations({"price": np.full((1, units), 0.4)}, Style()).figure for units in (24, 25))
    assert few.data[0].texttemplate
    assert many.data[0].texttemplate is None


def test_a_share_that_is_not_defined_is_said_as_a_dash():
    chart = charts.gradient_share(np.array([[0.5, np.nan], [np.nan, 0.25]]), Style())
    assert "Layer 1: 50.0 % one day back, – % at the furthest." in chart.alt
    assert "Layer 2: – % one day back, 25.0 % at the furthest." in chart.alt


def test_the_mean_answer_ends_at_the_last_day():
    chart = charts.mean_saliency(np.array([0.1, 0.4, 0.2]), Style())
    np.testing.assert_allclose(chart.figure.data[0].x, [-2, -1, 0])
    assert "0.4, 1 days before" in chart.alt


def test_a_memory_that_loses_nothing_is_said_so():
    assert "to ∞ steps" in charts.half_lives(np.array([[1.0, np.inf]]), Style()).alt


def test_equations_are_made_for_their_page():
    from core.introspect.forward import forward, network
    from core.introspect.terms import terms

    rng = np.random.default_rng(0)
    weights = {"weight_ih_l0": (12, 1), "weight_hh_l0": (12, 3), "bias_ih_l0": (12,), "bias_hh_l0": (12,)}
    weights = {name: rng.normal(size=size) for name, size in (weights | {"fc.weight": (1, 3), "fc.bias": (1,)}).items()}
    found = terms(forward(network(weights), rng.normal(size=(1, 4, 1))), 0, 3, 1)
    assert any(GATE_HUES["forget"] in line for line in charts.equations(found))
    for style in (Style(), Style(dark=True)):
        inks = re.findall("#[0-9A-F]{6}", " ".join(charts.equations(found, style)))
        assert len(set(inks)) == 3
        assert min(contrast(ink, style.tokens.background) for ink in inks) >= 4.5
    assert all(line.startswith("\\") for line in charts.equations(found, Style(narrow=True)))
