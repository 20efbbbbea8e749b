"""The part of core that imports Streamlit: caches, session keys, widgets, language."""
