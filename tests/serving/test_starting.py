"""How many web processes are asked for, and what is said to who asks for what there cannot be."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from core.serving.__main__ import process_count
from core.serving.copies import made
from core.serving.running import listener


@pytest.mark.parametrize(("given", "count"), [("", 1), (" ", 1), ("1", 1), (" 4 ", 4), ("32", 32)])
def test_how_many(monkeypatch: pytest.MonkeyPatch, given: str, count: int) -> None:
    monkeypatch.setenv("GATESCOPE_WEB_PROCESSES", given)
    assert process_count() == count


@pytest.mark.parametrize("given", ["0", "33", "-1", "two", "1.5", "²"])
def test_what_cannot_be_is_a_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("GATESCOPE_WEB_PROCESSES", given)
    with pytest.raises(SystemExit, match=f"GATESCOPE_WEB_PROCESSES is {given}, but must be"):
        process_count()


@pytest.mark.parametrize("address", ["", "127.0.0.1"])
def test_where_it_listens(address: str) -> None:
    with listener(address, 0) as listening:
        socket.create_connection(("127.0.0.1", listening.getsockname()[1])).close()


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = f"from core.serving.running import serve; serve(2, '127.0.0.1', {port}, [])"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Gatescope cannot serve at port {port}: ")
    assert "Traceback" not in done.stderr


def test_what_belongs_to_all_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_MAX_VISITORS", "25")
    monkeypatch.delenv("STREAMLIT_SERVER_COOKIE_SECRET", raising=False)
    told = [each._environment for each in made(3, [], "tcp://there:1")]
    assert [each["GATESCOPE_COPY"] for each in told] == ["1", "2", "3"]
    assert {each["GATESCOPE_MAX_VISITORS"] for each in told} == {"9"}
    assert {each["GATESCOPE_SCHEDULER"] for each in told} == {"tcp://there:1"}
    (secret,) = {each["STREAMLIT_SERVER_COOKIE_SECRET"] for each in told}
    assert len(secret) == 64
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "the operator's")
    assert {each._environment["STREAMLIT_SERVER_COOKIE_SECRET"] for each in made(2, [])} == {"the operator's"}


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")])
def test_linear_algebra_has_one_thread_unless_told(given: dict[str, str], threads: str) -> None:
    """The operating system is asked to become Streamlit with that; what it would become is printed instead."""
    told = "import os, sys; os.execv = lambda *command: sys.exit(print(os.environ['OMP_NUM_THREADS']))\n"
    script = f"{told}from core.serving.__main__ import main; main([])"
    known = {
        name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "GATESCOPE_WEB_PROCESSES")
    }
    found = subprocess.run([sys.executable, "-c", script], env={**known, **given}, capture_output=True, text=True)
    assert found.stdout.strip() == threads
