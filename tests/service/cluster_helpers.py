"""Clusters as an operator starts them: scheduler and workers as processes, in the open or with certificates."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

PARTS = ("CA", "CERT", "KEY")


class Cluster:
    """A scheduler at a fixed port, so that it can come back, and workers; each command leads a group of its own."""

    def __init__(self, folder: Path, path: str, files: dict[str, str] | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"{'tls' if files else 'tcp'}://127.0.0.1:{self.port}"
        self._folder, self._path, self._files = folder, path, files or {}
        self._processes: list[subprocess.Popen[bytes]] = []

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("scheduler")

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in reversed(self._processes):
            self.kill(process)

    def _start(self, kind: str) -> subprocess.Popen[bytes]:
        """By the command of `make scheduler` and `make worker`."""
        environment = {**os.environ, "PYTHONPATH": self._path, "GATESCOPE_SCHEDULER": self.address}
        environment |= {f"GATESCOPE_TLS_{part}": file for part, file in self._files.items()}
        process = subprocess.Popen(
            [sys.executable, "-m", "core.service.processes", kind],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        return process


def certificates(folder: Path) -> dict[str, str]:
    """An authority of its own and one certificate signed by it: paths by CA, CERT and KEY."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl makes the certificates")
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, ca, key, asked, certificate = (
        str(folder / name) for name in ("ca.key", "ca.pem", "key.pem", "asked.csr", "certificate.pem")
    )
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    for command in (
        [*new, "-x509", "-days", "1", "-subj", "/CN=authority", "-keyout", ca_key, "-out", ca],
        [*new, "-subj", "/CN=gatescope", "-keyout", key, "-out", asked],
        [
            "x509",
            "-req",
            "-in",
            asked,
            "-CA",
            ca,
            "-CAkey",
            ca_key,
            "-CAcreateserial",
            "-days",
            "1",
            "-out",
            certificate,
        ],
    ):
        subprocess.run([openssl, *command], check=True, capture_output=True)
    return {"CA": ca, "CERT": certificate, "KEY": key}


def shown_by(patch: pytest.MonkeyPatch, address: str, files: dict[str, str]) -> None:
    """The service's environment for a cluster."""
    patch.setenv("GATESCOPE_SCHEDULER", address)
    for part in PARTS:
        if part in files:
            patch.setenv(f"GATESCOPE_TLS_{part}", files[part])
        else:
            patch.delenv(f"GATESCOPE_TLS_{part}", raising=False)
