"""Several web processes behind one port.

    GATESCOPE_WEB_PROCESSES=2 python -m core.serving --server.port 8501    # the options of `streamlit run`

Streamlit computes all its pages under one interpreter's lock, so one process serves on one core. Here a front holds the
port and leads each visitor always to the same of several web processes; they share one set of workers and one store.
Without GATESCOPE_WEB_PROCESSES, or with 1, this is `streamlit run app.py` and nothing else.

head.py      of a request only what the front must know          front.py   whom it leads where, and the bytes both ways
copies.py    the web processes: started, watched, started again  one_copy.py  one of them
answers.py   what the front says itself                          running.py  all of it, from start to SIGTERM
"""
