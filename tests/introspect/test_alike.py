"""Days like a given one: by hand, and by the laws of a distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.introspect.alike import COUNT, distances, nearest
from core.introspect.of_run import trace, trace_series

STATES = arrays(float, st.tuples(st.integers(3, 30), st.integers(1, 6)), elements=st.floats(-1, 1, width=32))


def test_by_hand():
    """Standard deviations 2 and 1 (of -2, 2, ... and -1, 1, ...); the third unit never moves."""
    hidden = np.array([[-2.0, -1.0, 0.5], [2.0, -1.0, 0.5], [-2.0, 1.0, 0.5], [2.0, 1.0, 0.5]])
    np.testing.assert_allclose(distances(hidden, hidden[0]), [0.0, 2.0, 2.0, np.sqrt(8)])
    own = np.array([0.0, 1.0, 9.0])  # whatever a unit says that tells no day from another
    np.testing.assert_allclose(distances(hidden, own), [np.sqrt(5), np.sqrt(5), 1.0, 1.0])


@given(STATES, st.data())
def test_laws_of_a_distance(hidden, data):
    a, b, c = (data.draw(st.integers(0, len(hidden) - 1)) for _ in range(3))
    from_a, from_b = distances(hidden, hidden[a]), distances(hidden, hidden[b])
    assert from_a[a] == 0
    assert from_a[b] == pytest.approx(from_b[a], rel=1e-12)
    assert from_a[c] <= from_a[b] + from_b[c] + 1e-9


@given(STATES, st.data())
def test_the_day_itself_is_nearest_where_it_is_allowed(hidden, data):
    pair = data.draw(st.integers(0, len(hidden) - 1))
    away, pairs = distances(hidden, hidden[pair]), np.arange(len(hidden))
    allowed = nearest(away, pairs, pair, apart=0)
    assert away[allowed[0]] == 0
    assert len(allowed) == min(COUNT, len(hidden))
    apart = data.draw(st.integers(1, len(hidden)))
    found = nearest(away, pairs, pair, apart)
    assert all(abs(place - pair) >= apart for place in found)
    left = [place for place in pairs if abs(place - pair) >= apart and place not in found]
    assert len(found) == COUNT or not left
    assert all(away[place] >= away[found].max() for place in left)
    assert sorted(away[found]) == list(away[found])


def test_replayed_on_some_days_only_pairs_count_and_not_places():
    away = np.array([5.0, 1.0, 0.0, 2.0, 4.0])
    np.testing.assert_array_equal(nearest(away, np.arange(5) * 10, pair=21, apart=10), [1, 4, 0])


@pytest.mark.slow
def test_a_days_own_trace_is_its_place_in_the_series(make_run, layout):
    run, _module = make_run(layout=layout)
    series = trace_series(run).hidden[-1]
    for pair in (0, 13, len(run.windows) - 1):
        assert distances(series, trace(run, pair).states.hidden[-1, 0, -1])[pair] == pytest.approx(0, abs=1e-9)
