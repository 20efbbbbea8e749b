"""A run as one HTML file that opens from disk: verdict, scores against baselines, charts that still hover, settings."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import charts
from core.charts import Skill, Style
from core.charts.skill import BASELINES
from core.config import Experiment
from core.evaluation.measures import measures_of
from core.evaluation.report import Report
from core.evaluation.report import report as judge
from core.evaluation.tries import Try, corrected, count, told
from core.evaluation.verdict import BETTER, Verdict
from core.export import pictures
from core.export.configuration import file_stem
from core.export.web_page import Twofold, figure, page, table
from core.languages import say
from core.link import PARAMETERS, text_of
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Scores
from core.words import DIALS, MEASURES, measured, option

HEADINGS = {
    "forecast": N_("Forecast"),
    "loss": N_("Loss while training"),
    "gates": N_("Gates behind the last prediction"),
}


@dataclass(frozen=True)
class Judged:
    """What is said of a run.

    Attributes:
        report: comparisons and findings.
        verdict: the report's own, or what the tries beside it have left of it.
        luck: how many settings were tried on the same test days, and what that means; () where it is not known.
    """

    report: Report
    verdict: Verdict
    luck: tuple[Sentence, ...] = ()

    @classmethod
    def of(cls, run: Run, tries: Sequence[Try] = ()) -> Judged:
        """Of a run among these tries."""
        found = judge(run)
        if not tries:
            return cls(found, found.verdict)
        counted = count(run, tries)
        return cls(found, corrected(found.verdict, counted), told(counted, found.verdict))


def write_report(run: Run, path: str | Path, language: str = "en") -> None:
    """Write the report of `run` to `path`; language: "en" or "zh"."""
    Path(path).write_bytes(report_html(run, language))


def report_html(run: Run, language: str = "en", judged: Judged | None = None, style: Style | None = None) -> bytes:
    """The report of a run: one file, in UTF-8, that asks nothing of any network.

    Args:
        judged: where it is known already, or more is known than the run tells.
        style: how the reader sees prices; None for what the run alone tells.
    """
    judged = judged or Judged.of(run)
    look = style or pictures.style_of(run, language)
    writing = _Writing(run, judged, look, pictures.pictures(run, look))
    title = f"Gatescope · {run.experiment.data.ticker}"
    body = "\n".join([*writing.head(), *writing.scored(), *writing.network(), *writing.settings()])
    return page(title, language, body, writing.drawn)


@dataclass(frozen=True)
class _Writing:
    """One report being written: the charts it has drawn so far are what the page must draw."""

    run: Run
    judged: Judged
    style: Style
    pictures: dict[str, Twofold]
    drawn: list[Twofold] = field(default_factory=list)

    def _words(self, sentence: str) -> str:
        return html.escape(self.style.translate(sentence))

    def _chart(self, chart: Twofold) -> str:
        self.drawn.append(chart)
        return figure(chart)

    def _heading(self, sentence: str) -> str:
        return f"<h2>{self._words(sentence)}</h2>"

    def _joined(self, sentences: list[str]) -> str:
        """Chinese sentences follow each other without a space."""
        return html.escape(" ".join(sentences).replace("。 ", "。"))

    def head(self) -> list[str]:
        run, verdict, model = self.run, self.judged.verdict, self.run.experiment.model
        days = run.prediction["date"]
        network = self.style.say(
            N_("{ticker}, {cell}, {layers} × {units} units, window {window}"),
            ticker=run.experiment.data.ticker, cell=self.style.translate(option(model.cell)),
            layers=model.num_layers, units=model.hidden_size, window=model.window,
        )  # fmt: skip
        span = self.style.say(
            N_("Predictions from {first} to {last}; the test part begins on {split}."),
            first=days.iloc[0].date(), last=days.iloc[-1].date(), split=run.split_date.date(),
        )  # fmt: skip
        look = "beaten" if verdict.beaten else "better" if verdict.kind == BETTER else "same"
        said = self._joined([say(sentence, self.style.translate) for sentence in verdict.sentences])
        luck = self._joined([say(sentence, self.style.translate) for sentence in self.judged.luck])
        return [
            f"<h1>{html.escape(network)}</h1>",
            f'<p class="quiet">{html.escape(span)}</p>',
            f'<p class="verdict {look}">{said}</p>',
            *([f'<p class="quiet">{luck}</p>'] if luck else []),
        ]

    def scored(self) -> list[str]:
        """Forecast, comparisons, measures, findings."""
        lines = [self._heading(HEADINGS["forecast"]), self._chart(self.pictures["forecast"])]
        lines.append(self._heading(N_("Against forecasts that need no network")))
        if skills := self._skills():
            lines.append(self._chart(pictures.twofold("skills", lambda look: charts.skills(skills, look), self.style)))
        lines += [table(self._baselines()), *self._reasons()]
        lines += [self._heading(N_("Measures")), table(self._measures())]
        badges = [
            f"<li><strong>{html.escape(say(badge.label, self.style.translate))}</strong> "
            f"{html.escape(say(badge.sentence, self.style.translate))}</li>"
            for badge in self.judged.report.badges
        ]
        return lines + ([f"<ul>{''.join(badges)}</ul>"] if badges else [])

    def network(self) -> list[str]:
        """How it learned, and what its gates did."""
        return [
            part
            for name in ("loss", "gates")
            if name in self.pictures
            for part in (self._heading(HEADINGS[name]), self._chart(self.pictures[name]))
        ]

    def settings(self) -> list[str]:
        rows = {
            self.style.translate(DIALS[name][0]): {self.style.translate(N_("set to")): self._set(name)}
            for name in PARAMETERS
            if name in DIALS
        }
        key = self.style.say(N_("Run {key}, {count} parameters, trained on {day}."), key=file_stem(self.run),
                             count=f"{self.run.parameter_count:,}", day=f"{self.run.started:%Y-%m-%d}")  # fmt: skip
        return [self._heading(N_("Settings")), table(rows), f"<footer>{html.escape(key)}</footer>"]

    def _set(self, name: str) -> str:
        """What a dial stands at."""
        experiment: Experiment = self.run.experiment
        part, dial = PARAMETERS[name]
        value = getattr(getattr(experiment, part), dial)
        if name == "split" and experiment.train.test_start is not None:
            return experiment.train.test_start.isoformat()
        return "–" if value in (None, ()) else self.style.translate(option(text_of(name, value)))

    def _skills(self) -> list[Skill]:
        return [
            Skill(name, each.skill, *((each.interval.low, each.interval.high) if each.interval else (None, None)))
            for name, each in self.judged.report.against.items()
            if each.skill is not None
        ]

    def _baselines(self) -> dict[str, dict[str, str]]:
        words, rows = self.style.translate, {}
        for name, each in self.judged.report.against.items():
            interval, test = each.interval, each.test
            rows[words(BASELINES[name])] = {
                words(N_("RMSE, test")): measured("rmse", self.run.baselines[name]["test"].rmse),
                words(N_("skill of the model")): measured("skill", each.skill),
                words(N_("95 % interval")): f"[{interval.low:+.3f}, {interval.high:+.3f}]" if interval else "–",
                words(N_("Diebold-Mariano, one-sided p")): f"{test.p_better:.3f}" if test else "–",
            }
        return rows

    def _reasons(self) -> list[str]:
        """Why a comparison is "–", and what to know about an interval."""
        return [
            f'<p class="quiet">{self._words(BASELINES[name])}: {html.escape(say(why, self.style.translate))}</p>'
            for name, each in self.judged.report.against.items()
            for why in (each.why, each.caution)
            if why
        ]

    def _measures(self) -> dict[str, dict[str, str]]:
        same, own = self.run.baselines["persistence"], self.run.metrics
        columns: dict[str, Scores] = {
            N_("model, test"): own["test"],
            N_("same as yesterday, test"): same["test"],
            N_("model, training"): own["train"],
            N_("same as yesterday, training"): same["train"],
        }
        return {
            self.style.translate(MEASURES[measure]): {
                self.style.translate(name): measured(measure, getattr(scores, measure))
                for name, scores in columns.items()
            }
            for measure in measures_of(self.run.task.target)
        }
