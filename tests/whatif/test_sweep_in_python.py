"""Sweeps from a notebook and a shell: the numbers of single runs in a frame; trouble in one does not end the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import main
from core.config import DataQuery, Experiment, ModelConfig, TrainConfig
from core.errors import ConfigError
from core.run import Run
from core.values import Cancelled
from core.whatif import compare, sweep
from core.whatif.outcome import Row, judged
from core.whatif.plan import Plan
from core.whatif.sweep import VALIDATION, with_validation

BASE = Experiment(
    model=ModelConfig(window=5, hidden_size=4, num_layers=1),
    train=TrainConfig(target="return", epochs=3, validation=0.2, batch_size=64),
)  # as conftest's


def test_a_sweep_is_its_runs(runs: list[Run], rows: list[Row], some_bars: pd.DataFrame) -> None:
    seen: list[tuple[int, int]] = []
    found = sweep(BASE, {"hidden_size": [2, 4], "seed": range(3)}, some_bars, lambda d, n, row: seen.append((d, n)))
    assert list(found.columns[:2]) == ["hidden_size", "seed"]
    assert found["key"].tolist() == [run.key for run in runs]
    assert found["validation_skill"].tolist() == [run.metrics["validation"].skill for run in runs]
    assert found["test_rmse"].tolist() == [run.metrics["test"].rmse for run in runs]
    assert seen == [(n, 6) for n in range(1, 7)]
    alone = judged(rows)
    assert found.attrs["winner"] == alone.winner.row.key
    assert found.attrs["verdict"] == alone.verdict.sentences
    assert "error" not in found


def test_runs_side_by_side(runs: list[Run]) -> None:
    found = compare(runs)
    assert list(found.columns[:2]) == ["hidden", "seed"]
    assert found["key"].tolist() == [run.key for run in runs]


def test_something_is_held_out_unless_it_is_said_how_much() -> None:
    bare = BASE.replace(train=BASE.train.replace(validation=0.0))
    assert with_validation(bare, Plan({})).train.validation == VALIDATION
    assert with_validation(BASE, Plan({})) == BASE
    (none,) = Plan({"validation": (0.0,)}).experiments(with_validation(bare, Plan({"validation": (0.0,)})))
    assert none.train.validation == 0
    presets = Plan({"preset": ("article", "returns")}).experiments(with_validation(bare, Plan({})))
    assert {each.train.validation for each in presets} == {VALIDATION}


def test_one_that_cannot_be_is_a_line_that_says_why(some_bars: pd.DataFrame) -> None:
    found = sweep(BASE, {"window": [5, 119]}, some_bars.iloc[:100])
    assert found["error"].isna().tolist() == [True, False]
    assert "A window of 119 days" in found["error"][1]
    assert found["test_rmse"].isna().tolist() == [False, True]


def test_other_ends_are_cut_from_one_table_and_other_tickers_are_not(some_bars: pd.DataFrame) -> None:
    last = some_bars.index[200].date()
    found = sweep(BASE.replace(data=DataQuery(start=None)), {"end": [last, None]}, some_bars)
    whole, cut = (sweep(BASE.replace(data=DataQuery(start=None, end=end)), {}, bars) for end, bars in
                  ((None, some_bars), (last, some_bars.iloc[:201])))  # fmt: skip
    assert found["key"].tolist() == [cut["key"][0], whole["key"][0]]
    with pytest.raises(ConfigError) as error:
        sweep(BASE, {"ticker": ["AAPL", "000001.SH"]}, some_bars)
    assert error.value.values["field"] == "ticker"


def test_it_stops_when_nobody_wants_it(some_bars: pd.DataFrame) -> None:
    with pytest.raises(Cancelled):
        sweep(BASE, {"seed": [0]}, some_bars, should_stop=lambda: True)


def test_the_room_is_imported_without_torch_or_charts() -> None:
    code = "import core.whatif, sys; print([m for m in ('torch', 'plotly', 'streamlit') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert told.stdout.strip() == "[]"


QUICK = ["--preset", "returns", "--epochs", "2", "--window", "5", "--layers", "1", "--end", "2020-12-31"]


def test_a_sweep_from_a_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert main(["sweep", *QUICK, "--hidden", "2,4", "--seed", "0..1", "--csv", str(out)]) == 0
    told, table = capsys.readouterr().out, pd.read_csv(out)
    assert table[["hidden", "seed"]].to_numpy().tolist() == [[2, 0], [2, 1], [4, 0], [4, 1]]
    assert table["validation_rmse"].notna().all()
    assert "Best on the validation part" in told
    assert main(["sweep", *QUICK, "--hidden", "2", "--lang", "zh"]) == 0
    assert "验证段上最好的设置" in capsys.readouterr().out


def test_a_report_from_a_shell(tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert main(["report", *QUICK, "--ticker", "AAPL", str(out)]) == 0
    assert "<html" in out.read_text(encoding="utf-8")[:200].lower()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sweep", "--hidden", "4,999"], "hidden_size is 999, but allowed is 1 to 256."),
        (["sweep", "--seed", "0..300", "--hidden", "2,4"], "602"),
        (["sweep", "--nothing"], "--nothing"),
        (["sweep", "--nothing", "--lang", "zh"], "命令无法解析"),
        (["sweep", "--csv", "/no/such/folder/out.csv"], "/no/such/folder"),
        (["sweep", "--file", "no-such.csv"], "no-such.csv"),
        (["report", "--hidden", "2,4", "out.html"], "hidden"),
        (["report", "--lang=zh", "--hidden", "2,4", "out.html"], "请只给一个"),
        ([], "command"),
    ],
)
def test_trouble_is_one_sentence_and_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "C")
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not said.out


@pytest.mark.parametrize("command", ["sweep", "report"])
def test_help_names_every_dial(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--forget-bias" in capsys.readouterr().out
