"""Badges: each finds the fault that was built in, and only that one."""

from dataclasses import replace

import numpy as np
import pytest

from core.config import PRESETS
from core.evaluation.diagnosis import PREDICT_RETURNS, SCALE_ON_TRAIN, lag_badge, leak_badge, range_badge
from core.evaluation.report import report
from core.values import Scaler


@pytest.mark.parametrize("shift", [0, 1, 2, 7])
def test_lag_is_the_shift_that_was_built_in(walk, shift):
    blurred = 0.9 * walk[10 - shift : 600 - shift] + 3 + np.random.default_rng(0).normal(0, 0.3, 590)
    badge = lag_badge(walk[10:], blurred, "close", "worse")
    assert (badge.value, badge.alarm) == (shift, shift > 0)
    assert (badge.cure is None) == (shift == 0)


def test_lag_does_not_blame_what_works(walk):
    repeated, actual = walk[9:-1], walk[10:]
    alarms = {(t, k): lag_badge(actual, repeated, t, k).alarm for t in ("close", "return") for k in ("same", "better")}
    assert alarms == {
        ("close", "same"): True,
        ("close", "better"): False,
        ("return", "same"): False,
        ("return", "better"): False,
    }
    assert lag_badge(actual, repeated, "return", "worse").alarm


@pytest.mark.parametrize("days", [29, 300])
def test_lag_says_when_it_cannot_tell(days):
    badge = lag_badge(np.full(days, 5.0), np.full(days, 5.0), "close", "unknown")
    assert (badge.alarm, badge.value, badge.cure) == (False, None, None)
    assert str(badge.sentence)


def test_range_counts_the_test_values_outside():
    series = np.concatenate([np.linspace(10, 20, 50), [9, 10, 15, 20, 21, 30, 12, 13]])
    for fitted_on in ("train", "all"):
        badge = range_badge(series, 50, Scaler(10, 10, "minmax", fitted_on), "close")
        assert badge.value == 3 / 8
        assert badge.cure == PREDICT_RETURNS
        assert "10 to 20" in str(badge.sentence)
    inside = range_badge(series[:-4], 50, Scaler(10, 10, "minmax", "train"), "close")
    assert inside.value == 1 / 4
    assert range_badge(series[:50], 40, Scaler(10, 8, "minmax", "train"), "close").value == 1
    assert range_badge(series[:50][::-1], 50, Scaler(10, 8, "minmax", "train"), "close").value is None


@pytest.mark.parametrize(("outside", "told", "alarm"), [(0, None, False), (2, "0.2%", False), (10, "1.0%", False),
                                                        (11, "1.1%", True), (120, "12%", True)])  # fmt: skip
def test_range_alarms_above_one_per_cent_and_never_says_nought_of_what_is_there(outside, told, alarm):
    met = np.full(1000, 15.0)
    met[:outside] = 25
    badge = range_badge(np.concatenate([np.linspace(10, 20, 50), met]), 50, Scaler(10, 10, "minmax", "train"), "close")
    assert (badge.alarm, badge.value) == (alarm, outside / 1000)
    assert (badge.cure is not None) == alarm
    assert str(badge.label) == ("Range" if told is None else f"Range {told}")
    assert told is None or str(badge.sentence).startswith(f"{told} of the test values")


@pytest.mark.parametrize("days", [60, 300, 1000])
@pytest.mark.parametrize("kind", ["white noise", "another walk", "white noise on white noise"])
def test_noise_has_no_lag(days, kind):
    """It was alarmed at in 92 of 100 cases; now in at most 5, and three Monte Carlo errors."""
    random, alarms, tries = np.random.default_rng(days), 0, 150
    for _ in range(tries):
        noise = random.normal(size=days)
        actual = random.normal(size=days) if kind.endswith("on white noise") else np.cumsum(random.normal(size=days))
        alarms += lag_badge(actual, np.cumsum(noise) if kind == "another walk" else noise, "close", "worse").alarm
    assert alarms / tries <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / tries)


def test_a_repetition_under_noise_is_still_found():
    random, alarms = np.random.default_rng(3), 0
    for _ in range(50):
        actual = 100 + np.cumsum(random.normal(size=301))
        badge = lag_badge(actual[1:], actual[:-1] + random.normal(size=300), "close", "worse")
        alarms += badge.alarm and badge.value == 1
    assert alarms >= 48


def test_a_lag_that_cannot_be_told_says_so(walk):
    random = np.random.default_rng(1)
    badge = lag_badge(walk, random.normal(size=600), "close", "worse")
    assert (badge.alarm, badge.value, badge.cure) == (False, None, None)
    assert "fit no day's" in str(badge.sentence)
    torn = walk[10:] + walk[9:-1]  # half today's move, half yesterday's
    badge = lag_badge(walk[10:], torn, "close", "worse")
    assert not badge.alarm
    assert "no lag is to be told" in str(badge.sentence) or badge.value == 0


def test_leak_is_measured_against_the_clean_run(make_run, walk):
    def same(windows):
        return windows[:, -1, 0] + 0.01  # a bias in scaled units: costs more where the scale is wider

    values = np.concatenate([walk, walk.max() * np.linspace(1, 2, 300)])
    leaky, clean = (make_run(values, "close", 10, same, scale_on=part) for part in ("all", "train"))
    untried, tried = report(leaky).badges[2], report(leaky, clean).badges[2]
    assert (untried.alarm, untried.value, untried.cure) == (True, None, SCALE_ON_TRAIN)
    assert tried.value == pytest.approx(clean.metrics["test"].rmse / leaky.metrics["test"].rmse - 1)
    assert tried.alarm
    assert report(clean).badges[2].value == 0


def test_a_leak_that_changes_no_figure_is_called_harmless(walk):
    values = np.concatenate([walk, walk[:100]])  # the test part stays inside the training range
    scaler = Scaler(float(walk.min()), float(np.ptp(walk)), "minmax", "all")
    badge = leak_badge(values, 600, scaler, ours=None)
    assert (badge.alarm, badge.value) == (False, 0.0)
    assert "harmless" in str(badge.sentence)


def test_the_cure_turns_any_preset_into_the_one_for_returns():
    for name in ("article", "corrected", "returns"):
        assert PREDICT_RETURNS.apply(PRESETS[name]) == PRESETS["returns"]
    assert SCALE_ON_TRAIN.apply(PRESETS["article"]).train == PRESETS["article"].train.replace(scale_on="train")


def test_report_on_a_run_that_repeats_yesterday(make_run, walk):
    run = make_run(walk, "close", 10, lambda windows: windows[:, -2, 0])
    found = report(run)
    assert found.verdict.kind == "worse"
    assert found.badges[0].value == 2
    assert set(found.against) == {"persistence", "drift", "ar"}
    assert all(found.test.statistic > 0 for found in found.against.values())


def test_clark_and_west_are_asked_of_returns_against_what_a_network_of_returns_contains(make_run, walk):
    for target, asked in (("return", {"persistence", "drift"}), ("close", set())):
        found = report(make_run(walk, target, 10, lambda windows: 0.1 * windows[:, -1, 0] + 0.02))
        assert {name for name, each in found.against.items() if each.nested} == asked
        assert found.against["persistence"] is found.verdict.against


def test_a_verdict_on_ranges_names_har(make_run):
    logs = np.random.default_rng(2).normal(-4.5, 0.5, 600)
    found = report(make_run(logs, "volatility", 22, lambda windows: windows.mean(axis=(1, 2))))
    assert found.verdict.kind == "better"
    assert found.verdict.harder == "same"
    assert found.against["har"] is found.verdict.beside
    assert "HAR" in str(found.verdict.sentences[1])
    assert found.against["garch"].why is not None  # no closes, no GARCH, and it says so


def test_report_offers_no_cure_that_changes_nothing(make_run, walk):
    run = make_run(walk, "return", 10, lambda windows: 3 * windows[:, -1, 0])
    assert report(run).badges[0].cure == PREDICT_RETURNS
    cured = replace(run, experiment=PREDICT_RETURNS.apply(run.experiment))
    assert report(cured).badges[0].alarm
    assert report(cured).badges[0].cure is None


def test_a_correlation_of_nothing_has_no_sign():
    rng = np.random.default_rng(0)
    said = set()
    for _ in range(60):
        actual = 100 + np.cumsum(rng.normal(size=2000))
        said.add(str(lag_badge(actual, np.roll(actual, 3), "close", "worse").sentence))
    assert any("(0.00)" in sentence for sentence in said)
    assert not any("-0.00" in sentence for sentence in said)
