"""Prices from a file: what vendors, spreadsheets and this app itself export, read as it is or refused with a reason.

One step a file:

    unpack     path or bytes -> bytes, out of gzip and zip, bounded
    grid       bytes -> rows of cells: encoding, separator, workbooks
    headings   where the heading is            words     what its words mean
    columns    which column is what            rows      which rows hold prices
    forms, dates, numbers  cells -> days, floats
    prices     the frame; days without trading are left out
    market     the calendar the bars follow    reading   all of this in order

Nothing is altered in silence. What the file leaves open is asked (`FileQuestion`, with the answers there are); what was
there and is not used is named in `provenance(bars).notes`. A row is counted from the first below the heading, a line
from the top of the file, both as a spreadsheet counts.
"""

from core.data.files.reading import Answers, read_bars
from core.data.files.unpack import LARGEST

__all__ = ["LARGEST", "Answers", "read_bars"]
