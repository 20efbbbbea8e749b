"""The page that sets runs side by side: their list, their table, one chart of several, the link and the file."""
