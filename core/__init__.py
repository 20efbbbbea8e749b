"""Gatescope's core: everything that is not drawn. Usable from a notebook; only `core.web` needs Streamlit."""
