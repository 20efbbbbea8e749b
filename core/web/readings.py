"""Readings that take longer than a script run should: kept by the run's key, shared by all visitors."""

from __future__ import annotations

import streamlit as st

from core import evaluation
from core.evaluation.report import Report
from core.run import Run

KEPT, HOUR = 128, 3600.0


def report(run: Run, clean: Run | None = None) -> Report:
    """Verdict, comparisons and badges of a run; `clean` is the same experiment with its scaler fitted on train."""
    return _report(run.key, clean.key if clean else "", run, clean)


@st.cache_data(max_entries=KEPT, ttl=HOUR, show_spinner=False)
def _report(key: str, clean_key: str, _run: Run, _clean: Run | None) -> Report:
    return evaluation.report(_run, _clean)
