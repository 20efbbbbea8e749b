"""The certificates between the machines, read by openssl itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hosting_files import ROOT

PARTS = ("web", "scheduler", "worker")
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")


def make(folder: Path) -> None:
    subprocess.run(["sh", ROOT / "hosting" / "certificates.sh", folder], check=True, capture_output=True)


def openssl(*words: object) -> str:
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("certificates")
    make(made)
    return made


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("purpose", ["sslclient", "sslserver"])  # workers call one another: each is both
def test_the_authority_vouches_for_each(folder: Path, part: str, purpose: str) -> None:
    own = folder / part
    assert "OK" in openssl("verify", "-purpose", purpose, "-CAfile", own / "ca.pem", own / "cert.pem")
    assert openssl("x509", "-in", own / "cert.pem", "-noout", "-pubkey") == openssl(
        "pkey", "-in", own / "key.pem", "-pubout"
    )


def test_each_holds_its_own_key_and_no_other(folder: Path) -> None:
    for part in PARTS:
        assert sorted(file.name for file in (folder / part).iterdir()) == ["ca.pem", "cert.pem", "key.pem"]
    assert len({(folder / part / "key.pem").read_text() for part in PARTS}) == len(PARTS)
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.rglob("*"))


def test_another_authority_is_not_believed(folder: Path, tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        openssl("verify", "-CAfile", tmp_path / "web" / "ca.pem", folder / "web" / "cert.pem")


def test_a_second_time_makes_only_what_is_missing(tmp_path: Path) -> None:
    make(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.pem")}
    shutil.rmtree(tmp_path / "worker")
    make(tmp_path)
    after = {file: file.read_bytes() for file in tmp_path.rglob("*.pem")}
    changed = {file for file in before if before[file] != after[file]}
    assert changed == {tmp_path / "worker" / "cert.pem", tmp_path / "worker" / "key.pem"}
    assert "OK" in openssl("verify", "-CAfile", tmp_path / "web" / "ca.pem", tmp_path / "worker" / "cert.pem")
