"""Speed, load and figures. Ratios and counts within one run; nothing here is a test."""
