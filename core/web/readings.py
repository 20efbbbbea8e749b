"""Every cache of readings, shared by all visitors: of a run by its key, of a lesson by the settings it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from core import unfinished
from core.config import Experiment
from core.digest import bars_digest
from core.evaluation.figures import decimals
from core.evaluation.report import Report
from core.evaluation.report import report as judge
from core.evaluation.tries import Counted, Try, count
from core.film import FilmedRun
from core.introspect import of_run, over_epochs, over_run
from core.introspect.forward import Trace
from core.introspect.measures import GateLevels, gate_levels
from core.introspect.of_run import DAYS
from core.introspect.over_epochs import OverEpochs
from core.introspect.over_run import GradientProfile, UnitCorrelations
from core.run import Run
from core.theory import characters, cliff, gradients, jacobian
from core.values import Array, FilmedEpoch
from core.web.text import _

T = TypeVar("T")
HOUR = 3600.0  # seconds a reading is kept
MOST_MEMORY = "128MB"  # of each cache below
NONE = np.array([])
MOST_SHOWN_BY_ITSELF = 3  # units over the whole series


@st.cache_data(max_entries=128, ttl=HOUR, show_spinner=False)
def _report(key: str, clean_key: str, _run: Run, _clean: Run | None) -> Report:
    return judge(_run, _clean)


def report(run: Run, clean: Run | None = None) -> Report:
    """Verdict, comparisons and badges of a run; `clean` is the same experiment with its scaler fitted on train."""
    return _report(run.key, clean.key if clean else "", run, clean)


@st.cache_data(max_entries=128, ttl=HOUR, max_size=MOST_MEMORY, show_spinner=False)
def _counted(key: str, keys: tuple[str, ...], _run: Run, _tries: tuple[Try, ...]) -> Counted:
    return count(_run, _tries)


def counted(run: Run, tries: tuple[Try, ...]) -> Counted:
    """A run among what its visitor has looked at."""
    return _counted(run.key, tuple(each.key for each in tries), run, tries)


@st.cache_resource(ttl=HOUR, max_entries=32, show_spinner=False)
def _at(key: str, epoch: int, _run: FilmedRun) -> FilmedRun:
    return _run.at(epoch)


def at(run: Run, epoch: int) -> Run:
    """A run as it was after `epoch`, the nearest it has a snapshot of; itself where `epoch` is negative."""
    return _at(run.key, epoch, run) if isinstance(run, FilmedRun) and epoch >= 0 else run


@st.cache_data(ttl=HOUR, max_entries=128, max_size=MOST_MEMORY, show_spinner=False)
def _found(name: str, keys: tuple[str, ...], _work: Callable[[], Any]) -> Any:
    return _work()


def found(name: str, runs: Sequence[Any], work: Callable[[], T]) -> T:
    """What `work` finds of these runs, or rows of runs, kept by that name and their keys."""
    return _found(name, tuple(run.key for run in runs), work)  # type: ignore[no-any-return]


def predictions_through(run: FilmedRun) -> Array:
    """What each snapshot of a run predicts, (S, N)."""
    with st.spinner(_("Computing the film …"), show_time=True):
        return found("predictions through", [run], lambda: over_epochs.predictions_through(run, run.film.frames))


@st.cache_data(ttl=HOUR, max_entries=64, max_size=MOST_MEMORY, show_spinner=False)
def _states_through(key: str, pair: int, layer: int, _run: FilmedRun) -> dict[str, Array]:
    return over_epochs.states_through(_run, _run.film.frames, pair, layer)


def states_through(run: FilmedRun, pair: int, layer: int) -> dict[str, Array]:
    """Gates and states of one pair and layer by name in each snapshot of a run, each (S, T, H)."""
    with st.spinner(_("Computing the film …"), show_time=True):
        return _states_through(run.key, pair, layer, run)


def through_epochs(run: FilmedRun) -> OverEpochs:
    """Gates, norms and distance by snapshot of a run."""
    with st.spinner(_("Computing the film …"), show_time=True):
        return found("through epochs", [run], lambda: over_epochs.over_epochs(run, run.film.frames))


@st.cache_resource(ttl=HOUR, max_entries=16, show_spinner=False)
def _outset(key: str, _experiment: Experiment, _bars: pd.DataFrame) -> unfinished.Unfinished:
    return unfinished.outset(key, _experiment, _bars)


def outset(key: str, experiment: Experiment, bars: pd.DataFrame) -> unfinished.Unfinished:
    """What is known of a training before it has begun; not to be changed.

    Raises GatescopeError as core.unfinished.outset does.
    """
    return _outset(key, experiment, bars)


@st.cache_resource(ttl=HOUR, max_entries=64, show_spinner=False)
def _learned(key: str, epoch: int, _begun: unfinished.Unfinished, _record: FilmedEpoch) -> unfinished.Unfinished:
    return _begun.learned(_record)


def learned(begun: unfinished.Unfinished, record: FilmedEpoch) -> unfinished.Unfinished:
    """The network of a snapshot, its predictions worked out once for all who watch; not to be changed."""
    return _learned(begun.key, record.epoch, begun, record)


@st.cache_data(ttl=HOUR, max_entries=64, max_size=MOST_MEMORY, show_spinner=False)
def _trace(key: str, pair: int, _run: Run) -> Trace:
    return of_run.trace(_run, pair)


def trace(run: Run, pair: int) -> Trace:
    """Everything behind one prediction, kept."""
    return _trace(run.key, pair, run)


def digits(run: Run | None, bars: pd.DataFrame | None) -> int:
    """Decimals in which closes are written: those of `bars`, else of the run."""
    closes = None if run is None else run.task.values if run.task.target != "volatility" else run.task.closes
    if bars is not None:
        return int(_found("digits", (bars_digest(bars),), lambda: decimals(bars["close"].to_numpy(dtype=float))))
    return found("digits", [run], lambda: decimals(closes)) if run and closes is not None else decimals(NONE)


def gate_matrices(run: Run, pair: int, layer: int) -> dict[str, Array]:
    """Gates and states of one pair and layer by name, each (T, H), in the order they are drawn."""
    return of_run.gate_matrices(trace(run, pair), layer)


@dataclass(frozen=True)
class Way:
    """How far back the gradient reaches, over one day, or averaged over the test part.

    Attributes:
        profile: of that day's loss, or of the mean loss; the last axis is the lag.
        answers: of the prediction to each input of each day it read, oldest first, (D, F): of one day with its sign,
            averaged as an absolute value.
        dates: those days, (D,); None when averaged.
        levels: what the gates did at the steps looked at.
    """

    profile: GradientProfile
    answers: Array
    dates: pd.DatetimeIndex | None
    levels: GateLevels


@st.cache_data(ttl=HOUR, max_entries=256, max_size=MOST_MEMORY, show_spinner=False)
def _way(key: str, pair: int | None, _run: Run) -> Way:
    if pair is None:
        profile = over_run.gradient_profile(_run, of="loss")
        answers = over_run.gradient_profile(_run).saliency[::-1]
        return Way(profile, answers, None, over_run.gate_profile(_run))
    profile = over_run.gradient_profile(_run, [pair], of="loss", days=min(DAYS, pair + 1))
    answer = over_run.saliency(_run, pair)
    levels = gate_levels(trace(_run, pair).states)
    return Way(profile, answer.slopes, answer.dates, levels)


def way_back(run: Run, pair: int | None) -> Way:
    """Gradients and gates of one pair, or averaged over the test part; a large network takes some seconds once."""
    with st.spinner(_("Following the gradient back …"), show_time=True):
        return _way(run.key, pair, run)


@dataclass(frozen=True)
class Whole:
    """Gates and hidden states after the last day of every pair, or of pairs at even distances.

    Attributes:
        closes: of those days, (D,), by date.
        states: gates and "hidden" by name, each (L, D, H).
        correlations, inputs: of the hidden states with what the market did, and with each further input, each (L, H).
        every: 1, or one pair in so many.
    """

    closes: pd.Series
    states: Mapping[str, Array]
    correlations: UnitCorrelations
    inputs: Mapping[str, Array]
    every: int

    def most_varying(self, layer: int) -> list[int]:
        """The units of a layer whose hidden state varies most, first the most restless; 0..H-1."""
        moves = self.states["hidden"][layer].std(axis=0)  # (D, H) -> (H,)
        return [int(unit) for unit in np.argsort(-moves, kind="stable")[:MOST_SHOWN_BY_ITSELF]]


@st.cache_data(ttl=HOUR, max_entries=16, max_size=MOST_MEMORY, show_spinner=False)
def _whole(key: str, _run: Run, _closes: pd.Series) -> Whole:
    everyone = range(len(_run.windows))
    steps = 1 if _run.experiment.model.layout == "article" else _run.experiment.model.window
    pairs = sorted(of_run.thinned(_run, everyone, steps))
    found = of_run.trace_series(_run, pairs)  # each (L, D, H)
    names = [name for name in found.shown if name in (*found.sigmoid_gates, "hidden")]
    return Whole(
        closes=_closes.reindex(of_run.last_dates(_run)[pairs]),
        states={name: getattr(found, name) for name in names},
        correlations=over_run.unit_correlations(_run, _closes, found, pairs),
        inputs=dict([*over_run.input_correlations(_run, found, pairs).items()][1:]),
        every=pairs[1] - pairs[0] if len(pairs) > 1 else 1,
    )


def whole_series(run: Run, bars: pd.DataFrame) -> Whole:
    """Gates over all days of a run; `bars` are the prices it was trained on."""
    with st.spinner(_("Replaying every day …"), show_time=True):
        return _whole(run.key, run, bars["close"])


@st.cache_data(ttl=HOUR, max_entries=32, show_spinner=False)
def radii(strength: float) -> jacobian.Radii:
    """Products of Jacobians by radius, for inputs of that strength."""
    return jacobian.radii(strength)


@st.cache_data(ttl=HOUR, max_entries=16, show_spinner=False)
def cliff_scene(threshold: float) -> cliff.Scene:
    """The cliff and two descents from it, slopes clipped at `threshold`."""
    return cliff.scene(threshold)


@st.cache_data(ttl=HOUR, max_entries=256, show_spinner=False)
def word_read(word: str, training_steps: int, remembers: bool) -> characters.Reading:
    """A word read by the next-character network after so many training steps."""
    return characters.read(word, training_steps, remembers)


@st.cache_data(ttl=HOUR, max_entries=256, show_spinner=False)
def differences(example: gradients.LSTMExample) -> dict[str, Array]:
    """The gradient of the LSTM lesson's example by its definition."""
    return gradients.differences(example)
