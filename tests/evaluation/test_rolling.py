"""The error in a rolling window, against a loop, and against the skill of the whole part."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.evaluation.measures import rmse, skill
from core.evaluation.rolling import error_ratio
from core.sentence import Sentence


@pytest.fixture
def walk():
    rng = np.random.default_rng(11)
    values = 100 + np.cumsum(rng.normal(size=151))
    return values[1:], values[1:] + rng.normal(size=150), values[:-1]


@pytest.mark.parametrize("window", [1, 7, 60, 150])
def test_it_is_what_a_loop_finds(walk, window):
    actual, predicted, previous = walk
    expected = []
    for end in range(window, len(actual) + 1):
        days = slice(end - window, end)
        ours = math.sqrt(sum((p - a) ** 2 for p, a in zip(predicted[days], actual[days], strict=True)) / window)
        expected.append(ours / rmse(actual[days], previous[days]))
    np.testing.assert_allclose(error_ratio(*walk, window), expected, rtol=1e-12)


def test_over_all_days_it_is_one_minus_the_skill(walk):
    np.testing.assert_allclose(error_ratio(*walk, len(walk[0])), [1 - skill(*walk)])


def test_same_as_yesterday_is_one_and_no_unit_matters(walk):
    actual, predicted, previous = walk
    np.testing.assert_allclose(error_ratio(actual, previous, previous), 1.0)
    scaled = error_ratio(1e6 * actual, 1e6 * predicted, 1e6 * previous)
    np.testing.assert_allclose(scaled, error_ratio(*walk), rtol=1e-9)


def test_a_large_error_long_ago_leaves_no_trace(walk):
    actual, predicted, previous = walk
    wild = predicted.copy()
    wild[0] += 1e9
    np.testing.assert_array_equal(error_ratio(actual, wild, previous)[1:], error_ratio(*walk)[1:])


def test_days_without_a_move_are_a_gap(walk):
    actual, predicted, previous = (each.copy() for each in walk)
    actual[:20] = previous[:20] = 100.0
    found = error_ratio(actual, predicted, previous, 10)
    np.testing.assert_array_equal(np.isnan(found), np.arange(len(found)) <= 10)


def test_what_cannot_be_told_is_a_sentence(walk):
    actual, predicted, previous = walk
    for found, told in [
        (error_ratio(actual[:59], predicted[:59], previous[:59]), "59 test days"),
        (error_ratio(actual, np.where(np.arange(150) == 3, np.nan, predicted), previous), "on 1 days"),
        (error_ratio(actual, predicted, actual), "do not move"),
    ]:
        assert isinstance(found, Sentence)
        assert told in str(found)
