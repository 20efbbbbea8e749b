"""The parts of the arena page: who takes part, the table, several tickers, what a forecast would have earned."""
