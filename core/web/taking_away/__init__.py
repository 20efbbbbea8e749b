"""A run taken away as files, and what was taken away opened again."""
