"""The prices every benchmark can have: the offline sample."""

from core.config import DataQuery

SAMPLE = DataQuery(ticker="AAPL", source="sample")
