"""`python -m core sweep` and `python -m core report`: many runs as a table, one run as a page, from a shell."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from core.config import DEFAULT_PRESET, PRESETS, DataQuery, Experiment
from core.data import read_bars
from core.errors import ConfigError, GatescopeError
from core.languages import LANGUAGES, catalogue, say
from core.sentence import N_
from core.values import EpochRecord
from core.whatif import Plan, sweep
from core.whatif.plan import NAMES, with_dials
from core.whatif.values import values_of
from core.words import DIALS

Translate = Callable[[str], str]
_SHOWN = ("validation_skill", "test_skill", "test_rmse", "test_direction")  # the CSV file has them all
_WORDS = {
    "layout": N_("Which axis is time: window or article."),
    "lang": N_("Language of what is said: en or zh."),
    "file": N_("Prices from a file of your own, in place of ticker and source."),
    "csv": N_("Write the table to this CSV file, with every measure."),
    "draw": N_("Draw so many combinations at random, in place of all of them."),
    "draw_seed": N_("Seed of that draw."),
    "html": N_("The page that is written."),
    "sweep": N_("Train every combination of the dials and show how each did."),
    "report": N_("Train one run and write it as one HTML page."),
    "values": N_("Values are a list or a range: 4,8,16 or 4..32 by 4 or 0.0001..0.1 times 10."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 where it is done, 2 where it cannot be, with the reason in one sentence on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    translate = catalogue(_language(given)).gettext
    try:
        asked = _parser(translate).parse_args(given)
        return int(asked.command(asked, translate))
    except GatescopeError as error:
        print(say(error.sentence, translate), file=sys.stderr)
        return 2


def _language(given: Sequence[str]) -> str:
    """The one that is asked for, else the shell's; known before the rest is read, which is explained in it."""
    for place, word in enumerate(given):
        named = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and place + 1 < len(given):
            named = given[place + 1]
        if named in LANGUAGES:
            return named
    return "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong as every other error is said."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(N_("The command cannot be read: {reason}. --help shows what there is."), field="command",
                          reason=message)  # fmt: skip


def _parser(translate: Translate) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="sweep | report")
    for name, command in (("sweep", _sweep), ("report", _report)):
        told = translate(_WORDS[name])
        about = f"{told} {translate(_WORDS['values'])}" if name == "sweep" else told
        one = commands.add_parser(name, help=told, description=about, allow_abbrev=False)
        one.set_defaults(command=command)
        for dial in NAMES:
            one.add_argument(f"--{dial.replace('_', '-')}", dest=dial, metavar="…", help=_help(dial, translate))
        one.add_argument("--file", metavar="PRICES", help=translate(_WORDS["file"]))
        one.add_argument("--lang", choices=[*LANGUAGES], help=translate(_WORDS["lang"]))
        if name == "report":
            one.add_argument("html", metavar="OUT.html", help=translate(_WORDS["html"]))
            continue
        one.add_argument("--csv", metavar="OUT.csv", help=translate(_WORDS["csv"]))
        one.add_argument("--draw", metavar="N", help=translate(_WORDS["draw"]))
        one.add_argument("--draw-seed", metavar="N", default="0", help=translate(_WORDS["draw_seed"]))
    return parser


def _help(dial: str, translate: Translate) -> str:
    told = translate(_WORDS[dial]) if dial in _WORDS else ": ".join(translate(word) for word in DIALS[dial])
    return told.replace("%", "%%")


def _dials(asked: argparse.Namespace) -> dict[str, str]:
    return {name: text for name in NAMES if (text := getattr(asked, name)) is not None}


def _own_prices(asked: argparse.Namespace, base: Experiment) -> tuple[Experiment, pd.DataFrame | None]:
    """The file's prices under a ticker made of its name, or none: then they are loaded by ticker."""
    if asked.file is None:
        return base, None
    path = Path(asked.file)
    if not path.is_file():
        raise ConfigError(N_("There is no file {value}; give one that is there."), field="file", value=asked.file)
    ticker = re.sub(r"[^\w.\-]+", "_", path.stem)[:24] or "file"
    return base.replace(data=DataQuery(ticker=ticker, source="upload", start=None)), read_bars(path)


def _writable(name: str) -> Path:
    """A file that can be written: asked before an hour of training, not after it."""
    path = Path(name)
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise ConfigError(
            N_("{value} cannot be written; name a file in a folder that is there."), field="file", value=name
        )
    return path


def _sweep(asked: argparse.Namespace, translate: Translate) -> int:
    from tqdm import tqdm

    out = None if asked.csv is None else _writable(asked.csv)
    plan = Plan(_dials(asked), asked.draw, asked.draw_seed)  # type: ignore[arg-type]  # as text, as it is typed
    plan.check()
    base, bars = _own_prices(asked, PRESETS[DEFAULT_PRESET])
    with tqdm(total=plan.count, unit="run", file=sys.stderr, leave=False) as bar:
        found = sweep(base, plan, bars, lambda done, total, row: bar.update())
    if out:
        found.to_csv(out, index=False)
    shown = [name for name in (*plan.dials, *_SHOWN, "error") if name in found]
    print(found[shown].to_string(index=False, float_format="{:.4g}".format))
    if verdict := found.attrs.get("verdict"):
        row = found.loc[found["key"] == found.attrs["winner"]].iloc[0]
        dials = ", ".join(f"{name} {row[name]}" for name in plan.dials)
        print(translate(N_("Best on the validation part: {dials}.")).format(dials=dials or "–"))
        print(say_all(verdict, translate))
    return 0


def say_all(sentences: Sequence[Any], translate: Translate) -> str:
    """Sentences one after the other."""
    return " ".join(say(each, translate) for each in sentences).replace("。 ", "。")


def _report(asked: argparse.Namespace, translate: Translate) -> int:
    from tqdm import tqdm

    out, values = _writable(asked.html), {}
    for name, text in _dials(asked).items():
        values[name], *more = values_of(name, text)
        if more:
            raise ConfigError(N_("{field} has several values, but a report is of one run; give one."), field=name)
    base, bars = _own_prices(asked, PRESETS[DEFAULT_PRESET])
    experiment = with_dials(base, values)
    from core.experiment import run_experiment  # torch: not before something is trained
    from core.whatif import report

    with tqdm(total=experiment.train.epochs, unit="epoch", file=sys.stderr, leave=False) as bar:

        def observe(record: EpochRecord) -> None:
            bar.update()

        run = run_experiment(experiment, bars, observe)
    report(run, out, asked.lang or _language([]))
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
