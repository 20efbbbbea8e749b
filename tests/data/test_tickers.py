"""Any usual way of typing a security gives its full code, or a question."""

from __future__ import annotations

import re

import pytest

from core.data.markets import security
from core.data.tickers import normalise, well_known
from core.errors import AmbiguousTickerError, UnknownTickerError


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("000001.SH", "000001.SH"),
        ("000001.sz", "000001.SZ"),
        ("sh000001", "000001.SH"),
        ("SH600519", "600519.SH"),
        ("sz.000001", "000001.SZ"),
        ("600519", "600519.SH"),
        ("600519.SS", "600519.SH"),
        ("000001.XSHE", "000001.SZ"),
        (" ６００５１９．ＳＨ ", "600519.SH"),
        ("300750", "300750.SZ"),
        ("000333", "000333.SZ"),
        ("000300", "000300.SH"),
        ("399001", "399001.SZ"),
        ("688999", "688999.SH"),
        ("301234", "301234.SZ"),
        ("159999", "159999.SZ"),
        ("830799", "830799.BJ"),
        ("920799", "920799.BJ"),
        ("000922.CSI", "000922.CSI"),
        ("贵州茅台", "600519.SH"),
        ("茅台", "600519.SH"),
        ("gzmt", "600519.SH"),
        ("Kweichow Moutai", "600519.SH"),
        ("catl", "300750.SZ"),
        ("上证指数", "000001.SH"),
        ("aapl", "AAPL"),
        ("Apple", "AAPL"),
    ],
)
def test_usual_forms(typed: str, code: str) -> None:
    assert normalise(typed) == code
    assert normalise(code) == code


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("000001", ("000001.SH", "000001.SZ")),
        ("000905", ("000905.SH", "000905.SZ")),
        ("000999", ("000999.SH", "000999.SZ")),  # in no list: an index in Shanghai or a share in Shenzhen
        ("jsyh", ("601939.SH", "600919.SH")),
    ],
)
def test_two_of_a_kind_are_asked_about(typed: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousTickerError) as caught:
        normalise(typed)
    assert caught.value.values["choices"] == choices
    assert choices[1] in str(caught.value)
    assert all(normalise(choice) == choice for choice in choices)


@pytest.mark.parametrize("typed", ["", " ", "x", "nobody's", "6005190", "12345.SH", "600519.XX", "中" * 5000])
def test_what_is_nothing_is_said(typed: str) -> None:
    with pytest.raises(UnknownTickerError, match="no security known here") as caught:
        normalise(typed)
    assert len(str(caught.value)) < 250


def test_the_list_is_a_good_one() -> None:
    known = well_known()
    assert len({each.code for each in known}) == len(known)
    assert sum(each.kind == "stock" for each in known) > 100
    assert sum(each.kind == "index" for each in known) > 10
    for each in known:
        assert all((each.zh, each.en, re.fullmatch("[a-z0-9]+", each.pinyin)))
        if each.kind != "sample":
            assert security(each.code).kind == each.kind
