"""A run's report: one file that fetches nothing, whatever names hold, in both languages."""

from __future__ import annotations

import dataclasses
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS
from core.evaluation.report import report as judge
from core.evaluation.tries import try_of
from core.experiment import run_experiment
from core.export.report import Judged, report_html, write_report
from core.film import FilmedRun

FETCHES = {"src", "href", "action", "data", "poster", "srcset", "background", "formaction"}


class Reader(HTMLParser):
    """Every element and attribute, the text outside scripts, and the figures' data."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.data, self._within = "", "", ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag if tag in ("script", "style") else ""
        if dict(attrs).get("id") == "figures":
            self._within = "data"

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "data":
            self.data += data
        elif not self._within:
            self.text += data


@pytest.fixture(scope="module")
def page(run: FilmedRun) -> bytes:
    return report_html(run)


def test_it_fetches_nothing_and_allows_nothing_else(page: bytes) -> None:
    read = Reader(page)
    assert not [(tag, attrs) for tag, attrs in read.elements if FETCHES & attrs.keys() or tag in ("link", "iframe")]
    assert not re.search(rb"@import|url\(", page.split(b"</style>")[0])
    policy = next(attrs["content"] for _, attrs in read.elements if attrs.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert page.count(b"plotly.js v") == 1


def test_it_says_what_the_run_says(page: bytes, run: FilmedRun) -> None:
    read, found = Reader(page), judge(run)
    for sentence in found.verdict.sentences:
        assert str(sentence) in read.text
    looks = json.loads(read.data)
    assert set(looks) == {"forecast", "skills", "loss", "gates"}
    shown = {attrs["id"]: attrs for tag, attrs in read.elements if tag == "figure"}
    assert set(shown) == set(looks)
    assert all(attrs["aria-label"] for attrs in shown.values())
    rmse = np.sqrt(np.mean(np.square(run.tested["actual"] - run.tested["predicted"])))
    assert f"{rmse:.4g}" in read.text


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_preset_in_both_languages(preset: str, language: str, bars: pd.DataFrame, tmp_path: Path) -> None:
    whole = run_experiment(PRESETS[preset].replace(train=PRESETS[preset].train.replace(epochs=2)), bars)
    write_report(whole, tmp_path / "run.html", language)
    read = Reader((tmp_path / "run.html").read_bytes())
    assert dict(read.elements)["html"] == {"lang": "en" if language == "en" else "zh-CN"}
    assert ("测试段" in read.text) == (language == "zh")
    assert ("Settings" in read.text) == (language == "en")


def test_the_untrained_network_has_no_loss(run: FilmedRun) -> None:
    assert "loss" not in json.loads(Reader(report_html(run.at(0))).data)


def test_tries_are_counted_where_they_are_known(run: FilmedRun) -> None:
    told = Judged.of(run, [try_of(run), try_of(run.at(3))])
    assert "You have looked at 2 settings on these test days." in Reader(report_html(run, judged=told)).text
    assert "You have looked at" not in Reader(report_html(run)).text


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "&lt;b&gt;"])
def test_names_are_only_text(run: FilmedRun, name: str) -> None:
    data = dataclasses.replace(run.experiment.data)
    object.__setattr__(data, "ticker", name)  # no dial allows it, but a file's own code is no judge of that
    odd = dataclasses.replace(run, experiment=run.experiment.replace(data=run.experiment.data))
    object.__setattr__(odd.experiment, "data", data)
    read = Reader(report_html(odd))
    assert name in read.text
    assert not [tag for tag, _ in read.elements if tag in ("img", "b")]
    assert len([tag for tag, _ in read.elements if tag == "script"]) == 3
