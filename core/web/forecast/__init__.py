"""The views of the forecast page: one step ahead, beyond the data, walk-forward and many seeds, the published table."""
