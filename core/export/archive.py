"""A run as one zip with everything in it, and back: what is read may come from anybody.

Of an archive only two files are ever read, each bounded while it unpacks; nothing is written to disk and nothing is
run. The run itself stands in run.gatescope, to the last bit (core.run_file); the other files are for people and for
other programs. The same run, prices and language give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import run_file
from core.charts import Style, library
from core.digest import digest
from core.errors import GatescopeError, RunFileError
from core.export import notebook, pictures, read_me, tables, tensors
from core.export.bars_file import bars_of
from core.export.configuration import configuration_json
from core.export.web_page import LIBRARY_FILE
from core.film import Film, FilmedRun
from core.run import Run
from core.sentence import N_

LARGEST = 128 * 2**20  # bytes of an archive; the largest network's takes a third
MOST_FILES = 64  # in an archive; ours has a dozen
RUN, BARS, CONFIGURATION, NOTEBOOK = "run.gatescope", "bars.csv", "configuration.json", "notebook.ipynb"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of the time zip knows: no clock in the bytes


@dataclass(frozen=True)
class Opened:
    """What an archive holds: the run, and the prices it was trained on where they were handed on too."""

    run: FilmedRun
    bars: pd.DataFrame | None


def pack(run: Run, bars: pd.DataFrame | None = None, language: str = "en", style: Style | None = None) -> bytes:
    """The archive of a run.

    Args:
        bars: the prices it was trained on; where they are others, or None, the archive goes without.
        language: "en" or "zh", of its README and charts.
        style: how the reader sees prices; None for what the run alone tells.
    """
    look = style or pictures.style_of(run, language)
    if bars is not None and digest(run.experiment, bars) != run.key.partition("-")[0]:
        bars = None
    files = {
        "README.txt": read_me.text(run, look.translate, bars is not None),
        CONFIGURATION: configuration_json(run, bars),
        RUN: run_file.dump(run),
        **({} if bars is None else {BARS: tables.bars_csv(bars)}),
        "predictions.csv": tables.prediction_csv(run),
        "history.csv": tables.history_csv(run),
        "weights.safetensors": tensors.weights_safetensors(run),
        **({"film.safetensors": tensors.film_safetensors(run)} if isinstance(run, FilmedRun) else {}),
        NOTEBOOK: notebook.notebook(run, look.translate),
        **{f"charts/{name}.html": page for name, page in pictures.pages(run, language, look).items()},
        f"charts/{LIBRARY_FILE}": library().encode(),
    }
    return _zipped(files)


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
            entry.compress_type = zipfile.ZIP_STORED if name == RUN else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=6)
    return packed.getvalue()


def load_run(source: str | Path | bytes) -> FilmedRun:
    """The run of an archive: predictions, scores, weights and film to the last bit.

    Raises:
        RunFileError: it cannot be opened, is too large, damaged, of another version, or no archive of a run.
    """
    return open_archive(source).run


def open_archive(source: str | Path | bytes) -> Opened:
    """The run of an archive and its prices; errors as of `load_run`."""
    data = _bytes(source)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            read = _read(archive)
    except GatescopeError:
        raise
    except Exception as error:  # whatever a stranger's bytes lead to
        raise _damaged() from error
    run = run_file.load(read[RUN])
    bars = bars_of(read[BARS]) if BARS in read else None
    if bars is not None and digest(run.experiment, bars) != run.key.partition("-")[0]:
        raise RunFileError(N_("The prices in this archive are not those its run was trained on; export the run again."))
    return Opened(run if isinstance(run, FilmedRun) else _filmed(run), bars)


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The files that are wanted, each no longer than any run's is."""
    names = archive.namelist()
    if len(names) > MOST_FILES:
        raise RunFileError(
            N_("The archive holds {given} files; that of a run holds at most {most}."),
            given=len(names),
            most=MOST_FILES,
        )
    if len(set(names)) != len(names) or any(_leaves(name) for name in names):
        raise _damaged()
    if RUN not in names:
        raise RunFileError(N_("This archive holds no run that Gatescope has exported; choose another file."))
    return {name: _bounded(archive, name) for name in (RUN, BARS) if name in names}


def _leaves(name: str) -> bool:
    """Whether a name points out of the folder it is unpacked to."""
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file's bytes; how long it says it is counts for nothing."""
    with archive.open(name) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _too_large()
    return data


def _bytes(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with open(source, "rb") as file:
                data = file.read(LARGEST + 1)
        except (OSError, ValueError) as reason:
            template = N_("The file {name} cannot be opened: {reason}.")
            told = getattr(reason, "strerror", None) or reason
            raise RunFileError(template, name=Path(source).name, reason=told) from None
    if len(data) > LARGEST:
        raise _too_large()
    return data


def _filmed(run: Run) -> FilmedRun:
    """A run without a film as one with its last snapshot alone."""
    epoch = run.history[-1].epoch if run.history else 0
    return FilmedRun(**vars(run), film=Film((epoch,), (run.weights,)), checkpoint=None)


def _too_large() -> RunFileError:
    return RunFileError(N_("The archive has more than {most} MB; no run is that large."), most=LARGEST // 2**20)


def _damaged() -> RunFileError:
    return RunFileError(N_("This archive is damaged or locked with a password; take it from its source again."))
