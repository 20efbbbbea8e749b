"""A token goes with one request and stays nowhere."""

from __future__ import annotations

import copy
import logging
import pickle
from pathlib import Path

import pytest
from wire import Wire

from core.config import DataQuery
from core.data import load_bars, provenance
from core.data.fetches import Fetches
from core.data.token import Token, choose_token
from core.errors import PermissionMissingError, TokenMissingError

PLANTED = "5ec12e7c0ffee5ec12e7c0ffee5ec12e7c0ffee"
QUERY = DataQuery(ticker="000300.SH", source="tushare", start="2022-01-03", end="2022-12-30", adjust="qfq")


def test_it_is_shown_copied_and_compared_by_nobody() -> None:
    token = Token(f" {PLANTED}\n")
    assert token.reveal() == PLANTED
    assert PLANTED not in f"{token} {token!r} {[token]} {token.__class__.__slots__}"
    for refused in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError):
            refused(token)


def test_whose_token_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_token() is None
    monkeypatch.setenv("TUSHARE_TOKEN", "environment")
    chosen = [
        choose_token("typed", "secret"), choose_token("", "secret"), choose_token(), choose_token("typed", share=False),
    ]  # fmt: skip
    assert [token.reveal() for token in chosen if token] == ["typed", "secret", "environment", "typed"]
    assert choose_token("", "secret", share=False) is None


def test_a_planted_token_is_found_nowhere(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    monkeypatch.setenv("HOME", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    bars = load_bars(QUERY, lambda share, what: told.append(what), PLANTED)
    wire.fault = "permission"
    with pytest.raises(PermissionMissingError) as caught:
        load_bars(QUERY.replace(ticker="600519"), token=PLANTED)
    assert {each.token for each in wire.asked} == {PLANTED}
    assert not any(PLANTED in each.path for each in wire.asked)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" for path in written)
    assert not any(PLANTED.encode() in path.read_bytes() or PLANTED in path.name for path in written)
    assert PLANTED not in caplog.text + repr(told) + repr(provenance(bars)) + repr(caught.value.__reduce__())
    assert PLANTED.encode() not in pickle.dumps((bars, caught.value, QUERY))


def test_one_visitors_refusal_is_not_anothers(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    wire.fault, wire.failures = "permission", 1
    with pytest.raises(PermissionMissingError):
        load_bars(QUERY, token="poor")
    assert len(load_bars(QUERY, token="rich")) == len(wire.bars["000300.SH"].loc["2022-01-03":"2022-12-30"])
    assert [each.token for each in wire.asked] == ["poor", "rich"]


def test_from_python_the_environments_token_is_used_and_none_is_none(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    with pytest.raises(TokenMissingError):
        load_bars(QUERY)
    monkeypatch.setenv("TUSHARE_TOKEN", PLANTED)
    for none in (None, ""):
        with pytest.raises(TokenMissingError):
            load_bars(QUERY, token=none)
    assert not wire.asked
    assert len(load_bars(QUERY)) == len(wire.bars["000300.SH"].loc["2022-01-03":"2022-12-30"])
    assert load_bars(QUERY, token="mine", refresh=True) is not None
    assert [each.token for each in wire.asked] == [PLANTED, "mine"]


def test_a_fetch_for_a_visitor_without_a_token_takes_none_from_the_environment(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    monkeypatch.setenv("TUSHARE_TOKEN", PLANTED)
    fetch = Fetches(threads=1).ask(QUERY, None, patience=5.0)
    assert isinstance(fetch.error, TokenMissingError)
    assert not wire.asked
