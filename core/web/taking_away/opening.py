"""What was taken away, opened again: a zip with its run and prices, or a configuration alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import streamlit as st

from core.config import Experiment
from core.errors import FileError, GatescopeError
from core.export import archive, file_stem
from core.export.configuration import experiment_of
from core.film import FilmedRun
from core.pins import MOST
from core.sentence import N_, Sentence
from core.web import handing, inputs, pinned, session
from core.web.text import _, say

UPLOADER = "taken_away"
LARGEST = 16  # MB; all but the widest networks' archives take less


def uploader() -> None:
    """A file to open; below it what became of the last one."""
    st.file_uploader(
        _("Open what was taken away"), type=["zip", "json"], key=UPLOADER, on_change=_take, max_upload_size=LARGEST,
        help=_("A zip sets the dials, brings its prices as your own file and keeps its run to compare; a configuration "
               "sets the dials."),
    )  # fmt: skip
    if error := session.OPEN_ERROR.get():
        st.error(say(error.sentence), icon=":material/error:")
    elif told := session.OPENED.get():
        st.success(say(told), icon=":material/check:")


def _take() -> None:
    """The visitor chose a file, or took it away again."""
    session.OPEN_ERROR.put(None)
    session.OPENED.put(None)
    if (file := st.session_state[UPLOADER]) is None:
        return
    try:
        session.OPENED.put(_open(file.getvalue()))
    except GatescopeError as error:
        session.OPEN_ERROR.put(error)


def _open(content: bytes) -> Sentence | None:
    """Take what the file holds; what to say of it.

    Raises:
        GatescopeError: it holds nothing that can be taken.
    """
    if content.startswith(b"PK"):
        return _take_archive(content)
    if handing.is_address(content):
        session.LED_TO.put(handing.path(handing.take(content, "compare")))
        return None
    inputs.fill(experiment_of(content))
    return Sentence(N_("The dials stand as in this file."))


def _take_archive(content: bytes) -> Sentence:
    """A zip: its settings are dialled, its prices are the visitor's own file, its run is kept to compare."""
    if pinned.is_full():
        raise FileError(N_("{most} runs are kept, which is the most. Remove one to keep another."), most=MOST)
    opened = archive.open_archive(content)
    experiment: Experiment = opened.run.experiment
    if opened.bars is not None:
        session.UPLOAD.put((experiment.data.ticker, opened.bars))
        for key in (session.UPLOAD_ERROR, session.FILE, session.READ_FILE):
            key.put(None)
        experiment = experiment.replace(data=experiment.data.replace(source="upload"))
    name = file_stem(opened.run)
    _keep(opened.run, content, name)
    inputs.fill(experiment)
    return Sentence(
        N_("{name} is open: the dials stand as it was trained, and it is kept on the Compare page."), name=name
    )


def _keep(run: FilmedRun, content: bytes, name: str) -> None:
    """Keep the run under a key of its own: readings are shared by key, and who made the file is not known."""
    own = replace(run, key=hashlib.sha256(content).hexdigest()[: len(run.key.partition("-")[0])])
    if own.key in [each.key for each in pinned.pins()]:
        return
    pinned.pin(own)
    pinned.change(pinned.pins()[-1].number, name=name)
