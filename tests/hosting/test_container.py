"""The image: what goes in, who runs it, what it is asked. No engine is needed for that."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from hosting_files import ROOT, dockerfile, environment, ignored, port, routes, said, text, tracked, unread

NEEDED = tracked("app.py", "pages", "core", "locale", ".streamlit/config.toml", "docs/icon.png", "hosting/*.sh")
START = ROOT / "hosting" / "start.sh"


def sources() -> list[str]:
    """What is copied out of the checkout."""
    copied = [line.rest.split() for line in dockerfile() if line.word == "COPY" and not line.rest.startswith("--from")]
    return [source for words in copied for source in words[:-1]]


def test_what_is_copied_exists_and_is_let_through() -> None:
    for source in sources():
        assert tracked(source), source
        assert not all(ignored(file) for file in tracked(source)), source


def test_every_file_the_app_needs_is_copied() -> None:
    for file in NEEDED:
        assert any(file == source or file.startswith(f"{source}/") for source in sources()), file
        assert not ignored(file), file


@pytest.mark.parametrize(
    "path",
    [
        ".streamlit/secrets.toml",
        ".git/config",
        ".venv/bin/python",
        "tests/conftest.py",
        "core/__pycache__/x.pyc",
        ".env",
    ],
)
def test_what_does_not_belong_in_an_image_stays_out(path: str) -> None:
    assert ignored(path)


@pytest.mark.slow
def test_what_is_copied_is_enough_to_start(tmp_path: Path) -> None:
    for file in (file for source in sources() for file in tracked(source) if not ignored(file)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    program = (
        "import app; from core import languages; from core.web import lesson\n"
        "assert app.ICON.is_file() and languages.CATALOGUE.is_file() and list(lesson.TEXTS.glob('*.md'))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_image_is_the_second_stage_and_takes_all_from_the_first() -> None:
    assert len(said("FROM", 0)) == len(said("FROM", 1)) == 1
    assert said("FROM", 1)[0] in said("FROM", 0)[0]
    assert "-slim" in said("FROM", 1)[0]
    assert all(rest.startswith("--from=build ") for rest in said("COPY"))
    assert not any("pip install" in rest or "apt-get" in rest for rest in said("RUN"))


def test_compiled_code_is_found_again() -> None:
    assert said("WORKDIR", 0) == said("WORKDIR", 1) != ["/"]  # numba keeps it by the path of its source
    (kept,) = re.findall(r"NUMBA_CACHE_DIR=(\S+) .*-m core\.kernel", " ".join(said("RUN", 0)))
    assert f"--from=build {kept} {kept}" in said("COPY")
    assert f"COMPILED:-{kept}}}" in text("hosting/start.sh")
    assert environment(said("ENV")[0])["NUMBA_CACHE_DIR"].startswith("/tmp/")


def test_who_runs_it_and_with_what() -> None:
    assert said("USER") == ["1000"]
    assert any("--uid 1000" in rest for rest in said("RUN"))
    given = environment(said("ENV")[0])
    assert given["OMP_NUM_THREADS"] == "1"
    assert [given["GATESCOPE_DATA"]] == said("VOLUME")
    assert not unread(given)


def test_torch_alone_is_asked_of_another_index() -> None:
    hosts = {urlsplit(found).hostname for found in re.findall(r"https?://[^\s'\"]+", text("Dockerfile"))}
    assert hosts == {"download.pytorch.org", "127.0.0.1"}
    assert len(re.findall(r"^torch==[^ ]*", text("requirements.txt"), flags=re.M)) == 1


def test_its_health_is_a_path_the_app_serves() -> None:
    (check,) = said("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    (address,) = re.findall(r"http://[^']+", command[-1])
    assert urlsplit(address).path == "/readyz"
    assert urlsplit(address).path in routes()
    assert urlsplit(address).port == port()
    compile(command[-1], "HEALTHCHECK", "exec")


def test_what_it_runs() -> None:
    (command,) = (json.loads(rest) for rest in said("CMD"))
    assert command == ["python", "-m", "core.serving", "--server.port", str(port())]
    assert (ROOT / "core" / "serving" / "__main__.py").is_file()
    (entry,) = (json.loads(rest) for rest in said("ENTRYPOINT"))
    assert ROOT / Path(entry[-1]).relative_to(said("WORKDIR")[0]) == START


def test_the_space_says_the_same() -> None:
    _, front, _ = text("hosting/space.md").split("---\n", 2)
    card = yaml.safe_load(front)
    assert card["sdk"] == "docker"
    assert card["app_port"] == port()
    assert len(card["short_description"]) <= 60  # what a Space shows


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    given = {**os.environ, "COMPILED": str(folder / "image"), "NUMBA_CACHE_DIR": str(folder / "cache" / "deep")}
    pipe = subprocess.PIPE
    return subprocess.Popen(["sh", str(START), *command], env=given, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    (tmp_path / "image" / "kernel-1").mkdir(parents=True)
    (tmp_path / "image" / "kernel-1" / "code.nbi").write_text("compiled")
    return tmp_path


def test_the_start_brings_the_compiled_code_and_becomes_its_command(image: Path) -> None:
    process = start(image, "sh", "-c", 'echo "$$:$1"; exit 7', "it", "two words")
    out, _ = process.communicate()
    assert out == f"{process.pid}:two words\n"  # the same process: a signal from the engine reaches it
    assert process.returncode == 7
    assert (image / "cache" / "deep" / "kernel-1" / "code.nbi").read_text() == "compiled"


def test_a_start_that_can_write_nowhere_says_so_and_goes_on(image: Path) -> None:
    (image / "cache").write_text("no folder")
    process = start(image, "echo", "up")
    out, complaint = process.communicate()
    assert out == "up\n"
    assert process.returncode == 0
    assert "compiles the training anew" in complaint
