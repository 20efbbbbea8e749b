"""Market data: `load_bars` asks a source, `read_bars` reads a file; both return bars as `schema` defines them."""

from core.data.files import Answers, read_bars
from core.data.provenance import Provenance, provenance
from core.data.registry import load_bars
from core.data.token import Token, choose_token

__all__ = ["Answers", "Provenance", "Token", "choose_token", "load_bars", "provenance", "read_bars"]
