"""From a path or bytes to what is to be read: size bounded before and after unpacking gzip and zip."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import FileError
from core.sentence import N_

LARGEST = 5 * 1024 * 1024  # bytes; a century of daily bars is under 3 MB
LARGEST_WORKBOOK = (
    64 * 1024 * 1024
)  # bytes its XML parts may unpack to: the 5 MB of a packed one hold no more as a rule
MOST_FILES = 5_000  # in a zip; a workbook has a dozen, and one for each picture

_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")  # xlsx, xlsb, ods
_OTHERS = (b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"%PDF", b"PAR1", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True)
class Content:
    """A file's bytes, unpacked; `name` is its own, that inside the archive where there was one."""

    data: bytes
    name: str
    workbook: bool = False


def content_of(source: str | Path | bytes, name: str = "") -> Content:
    """What there is to read.

    Raises:
        FileError: it is not there, too large (packed or unpacked), empty, or packed in a way that is not understood.
    """
    data = _bytes(source)
    name = name or ("" if isinstance(source, bytes) else Path(source).name)
    found = Content(data, name)
    if data.startswith(_GZIP):
        found = Content(_gunzipped(data), name.removesuffix(".gz"))
    elif data.startswith(_ZIP) and not _is_workbook(data):
        found = _only_file_of(data)
    if found.data.startswith((_GZIP, *_OTHERS)) or (found.data.startswith(_ZIP) and not _is_workbook(found.data)):
        raise FileError(N_("The file is an archive or a document of a kind that is not read; save its table as CSV."))
    if not found.data.strip():
        raise FileError(N_("The file is empty; it needs a heading and at least two rows with a date and a close."))
    return Content(found.data, found.name, workbook=found.data.startswith((_ZIP, _OLE)))


def _bytes(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        content, size = source, len(source)
    else:
        try:
            with open(source, "rb") as file:
                content = file.read(LARGEST + 1)
                size = max(len(content), Path(source).stat().st_size)
        except (OSError, ValueError) as reason:
            raise FileError(
                N_("The file {name} cannot be opened: {reason}."),
                name=Path(source).name,
                reason=getattr(reason, "strerror", None) or reason,
            ) from None
    _bounded(size, LARGEST)
    return content


def _bounded(size: int, most: int) -> None:
    if size > most:
        raise FileError(
            N_("The file has {size} MB; at most {most} MB can be read."), size=f"{size / 2**20:.1f}", most=most // 2**20
        )


def _gunzipped(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        raise _damaged() from None
    _bounded(len(content), LARGEST)
    return content


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """What it holds, packed in the two ways that need no more memory than what comes out."""
    members = archive.infolist()
    if len(members) > MOST_FILES or {each.compress_type for each in members} - {
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    }:
        raise _damaged()
    return members


def _is_workbook(data: bytes) -> bool:
    """Whether a zip is a spreadsheet, read through once so that no header lies about its size.

    Raises:
        FileError: it is damaged, encrypted, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
            if not any(member.filename in _WORKBOOK_PARTS for member in members):
                return False
            _bounded(sum(member.file_size for member in members), LARGEST_WORKBOOK)
            if archive.testzip() is not None:
                raise _damaged()
            return True
    except FileError:
        raise
    except Exception:  # whatever a stranger's bytes lead to
        raise _damaged() from None


def _only_file_of(data: bytes) -> Content:
    """The one file in a zip; what a system puts beside it (folders, hidden files) does not count."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                member
                for member in _members(archive)
                if not member.is_dir() and not member.filename.startswith("__MACOSX/")
                and not PurePosixPath(member.filename).name.startswith(".")
            ]  # fmt: skip
            if len(members) != 1:
                raise FileError(
                    N_("The archive holds {count} files, {names}; pack one file of prices."),
                    count=len(members),
                    names=", ".join(member.filename for member in members[:3]) or "—",
                )
            _bounded(members[0].file_size, LARGEST)
            return Content(archive.read(members[0]), PurePosixPath(members[0].filename).name)
    except FileError:
        raise
    except Exception:  # whatever a stranger's bytes lead to
        raise _damaged() from None


def _damaged() -> FileError:
    return FileError(N_("The archive is damaged or locked with a password; unpack it and choose the file inside."))
