"""Whatever a ticker and a column are called, no file that is taken away holds more than a text of it."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from safetensors import safe_open
from strange_names import KINDS, NAMES
from test_report import Reader
from test_tables import COMPUTED

from core.digest import digest
from core.export import archive, bars_csv, file_name, file_stem, history_csv, pictures, prediction_csv, read_me
from core.export.configuration import configuration_json
from core.export.notebook import notebook
from core.export.report import report_html
from core.export.tensors import film_safetensors, weights_safetensors
from core.film import FilmedRun
from core.languages import translator

HARMLESS = "harmless"
Named = Callable[[str], tuple[FilmedRun, pd.DataFrame]]
ALL = pytest.mark.parametrize("name", NAMES, ids=[repr(name[:20]) for name in NAMES])


def untranslated(sentence: str) -> str:
    return sentence


def elements(page: bytes) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attrs)) for tag, attrs in Reader(page).elements]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_gain_no_element(named: Named, kind: str) -> None:
    """Neither the report nor a chart of an archive; what is said in them is the name."""
    name = " ".join(KINDS[kind])
    (odd, _), (plain, _) = named(name), named(HARMLESS)
    look = pictures.style_of(odd, "en")
    told, usual = pictures.pages(odd, "en", look), pictures.pages(plain, "en", look)
    for one, other in [(report_html(odd), report_html(plain)), *((told[each], usual[each]) for each in usual)]:
        assert elements(one) == elements(other)
        assert " ".join(name.split()) in " ".join(Reader(one).text.split())


def shape(code: str) -> str:
    """What Python makes of it, without the texts in it."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@ALL
def test_a_notebook_runs_no_name(named: Named, name: str) -> None:
    (odd, bars), (plain, _) = named(name), named(HARMLESS)
    books = [nbformat.reads(notebook(each, untranslated).decode(), as_version=4) for each in (odd, plain)]
    for cell, usual in zip(books[0].cells, books[1].cells, strict=True):
        if cell.cell_type == "code":
            assert shape(cell.source) == shape(usual.source)
            assert TransformerManager().transform_cell(cell.source) == cell.source + "\n"  # no magic, no shell
        else:
            assert re.sub(r"`[^`]*`", "", cell.source) == re.sub(r"`[^`]*`", "", usual.source)
    assert re.match(r"# Gatescope: `[\w.^=-]+`\n", books[0].cells[0].source)
    said = [node.value for node in ast.walk(ast.parse(books[0].cells[2].source)) if isinstance(node, ast.Constant)]
    assert name in said
    assert digest(odd.experiment, bars) in books[0].cells[6].source


@ALL
def test_no_table_computes_a_name(named: Named, name: str) -> None:
    (odd, bars), (plain, usual) = named(name), named(HARMLESS)
    pairs = [(make(odd).decode(), make(plain).decode()) for make in (prediction_csv, history_csv)]
    for one, other in [(bars_csv(bars).decode(), bars_csv(usual).decode()), *pairs]:
        rows, expected = (list(csv.reader(io.StringIO(text, newline=""))) for text in (one, other))
        assert [len(row) for row in rows] == [len(row) for row in expected]
        texts = [cell for row in rows for cell in row if not re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", cell)]
        assert not [cell for cell in texts if cell.startswith(tuple(COMPUTED))]


@ALL
def test_what_programs_read_says_the_name(named: Named, name: str, tmp_path: Path) -> None:
    """The configuration alone, and in the metadata of tensors and graph."""
    odd, _ = named(name)
    told = [configuration_json(odd).decode()]
    for make in (weights_safetensors, film_safetensors):
        (tmp_path / "x").write_bytes(make(odd))
        with safe_open(tmp_path / "x", "numpy") as file:
            told.append(file.metadata()["gatescope"])
    for text in told:
        assert json.loads(text)["experiment"]["data"]["ticker"] == name
        assert [*json.loads(text)["inputs"]] == ["close", f"column:{name}"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_graph_says_the_name(named: Named, kind: str) -> None:
    name = " ".join(KINDS[kind])
    onnx = pytest.importorskip("onnx")
    from core.export.onnx_graph import graph

    read, usual = (onnx.load_from_string(graph(named(each)[0])) for each in (name, HARMLESS))
    (told,) = read.metadata_props
    assert (told.key, json.loads(told.value)["experiment"]["data"]["ticker"]) == ("gatescope", name)
    assert read.graph.SerializeToString(deterministic=True) == usual.graph.SerializeToString(deterministic=True)


@ALL
def test_no_name_leads_out_of_a_folder(named: Named, name: str, tmp_path: Path) -> None:
    odd, bars = named(name)
    for stem in (file_stem(odd), file_name(name)):
        assert re.fullmatch(r"[\w^=][\w.^=-]{0,60}", stem)
        assert (tmp_path / f"{stem}.zip").resolve().parent == tmp_path.resolve()
    told = read_me.text(odd, translator("zh"), with_bars=True).decode()
    code = [line.strip() for line in told.splitlines() if line.startswith("    ")]
    assert shape("\n".join(code)) == shape('from core.export.archive import load_run\nrun = load_run("")\n' + code[-1])
    if name in (NAMES[0], "../../x"):  # packing takes its time
        inside = zipfile.ZipFile(io.BytesIO(archive.pack(odd, bars)))
        plain = zipfile.ZipFile(io.BytesIO(archive.pack(*named(HARMLESS))))
        assert inside.namelist() == plain.namelist()
        assert "bars.csv" in inside.namelist()
