"""docs/hosting.md and its Chinese: every variable, the same in both, and files that exist."""

from __future__ import annotations

import re

import pytest
from hosting_files import INTERNAL, ROOT, read_by_the_code, text, unread

DOCS = ["docs/hosting.md", "docs/hosting.zh.md"]
NAMES = r"\b(?:GATESCOPE|STREAMLIT)_[A-Z]+(?:_[A-Z]+)*\b"


@pytest.mark.parametrize("name", DOCS)
def test_every_variable_is_told_and_read(name: str) -> None:
    told = set(re.findall(NAMES, text(name)))
    assert read_by_the_code() - INTERNAL <= told
    assert not unread(told)


@pytest.mark.parametrize("name", DOCS)
def test_its_files_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text(name)):
        assert (ROOT / "docs" / target).exists(), target
    for file in re.findall(r"`((?:hosting/)[\w.]+)`", text(name)):
        assert (ROOT / file).is_file(), file
    for file in (ROOT / "hosting").iterdir():
        assert file.name in text(name), file.name


def test_both_languages_say_the_same() -> None:
    english, chinese = map(text, DOCS)
    assert re.findall(NAMES, english) == re.findall(NAMES, chinese)
    assert re.findall(r"^#+", english, flags=re.M) == re.findall(r"^#+", chinese, flags=re.M)
    assert re.findall(r"```\n(.*?)```", english, flags=re.S) == re.findall(r"```\n(.*?)```", chinese, flags=re.S)


def test_the_folder_is_no_package() -> None:
    assert not list((ROOT / "hosting").rglob("*.py"))
