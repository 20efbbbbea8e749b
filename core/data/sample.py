"""The offline sample: Apple's daily prices 2019 to 2024 from `hvsampledata` (BSD), real, no network, no wait."""

from __future__ import annotations

import pandas as pd

from core.config import DataQuery
from core.data.provenance import Provenance, stamped
from core.data.provider import Report, silent
from core.data.schema import checked
from core.errors import UnknownTickerError
from core.sentence import N_, Sentence

TICKER = "AAPL"


class SampleProvider:
    """AAPL and nothing else; `adjust` has no effect, the prices are adjusted for splits as they come."""

    name = "sample"

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        """See `Provider.fetch`; the dates are sliced by the caller."""
        if query.ticker.strip().upper() != TICKER:
            raise UnknownTickerError(
                N_("The offline sample holds {only}, not {ticker}; choose another source."),
                only=TICKER,
                ticker=query.ticker,
            )
        import hvsampledata

        bars = checked(hvsampledata.apple_stocks("pandas").set_index("date"), TICKER)
        report(1.0, TICKER)
        last = Sentence(
            N_("An offline sample that ends on {date}, adjusted for splits, not for dividends."),
            date=bars.index[-1].date(),
        )
        return stamped(bars, Provenance(self.name, N_("Apple Inc., sample of hvsampledata"), None, (last,)))
