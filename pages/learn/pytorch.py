"""Lesson: nn.LSTM's arguments, every shape and count worked out from them, and which axis is time."""

import numpy as np
import pandas as pd
import streamlit as st

from core.theory import shapes
from core.web import questions, session, widgets
from core.web.labels import option_label
from core.web.lesson import reading, show, to_lab
from core.web.text import _

TOY = np.arange(1.0, 8.0)

with reading("pytorch") as lesson:
    show(lesson, "call")

    show(lesson, "shapes")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cell = st.segmented_control(_("Cell"), list(shapes.BLOCKS), default="lstm", required=True, key="pytorch_cell",
                                    format_func=option_label, persist_state="session")  # fmt: skip
        first = st.toggle("batch_first", key="pytorch_first", persist_state="session")
        both = st.toggle("bidirectional", key="pytorch_both", persist_state="session")
        bias = st.toggle("bias", True, key="pytorch_bias", persist_state="session")
    with st.container(horizontal=True):
        inputs = st.slider("input_size", 1, 20, 10, key="pytorch_inputs", persist_state="session")
        hidden = st.slider("hidden_size", 1, 64, 8, key="pytorch_hidden", persist_state="session")
        layers = st.slider("num_layers", 1, 4, 2, key="pytorch_layers", persist_state="session")
    with st.container(horizontal=True):
        samples = st.slider(_("Samples N"), 1, 64, 1, key="pytorch_samples", persist_state="session")
        steps = st.slider(_("Steps T"), 1, 120, 10, key="pytorch_steps", persist_state="session")
    chosen = shapes.RecurrentArguments(cell=cell or "lstm", input_size=inputs, hidden_size=hidden, num_layers=layers,
                                       batch_first=first, bidirectional=both, bias=bias)  # fmt: skip
    st.code(chosen.call)
    letters = shapes.tensor_axes(chosen)
    sizes = shapes.tensor_shapes(chosen, samples, steps)
    widgets.figures({f"{name} ({letters[name]})": str(shape) for name, shape in sizes.items()})
    show(lesson, "shapes-read")

    total, head, blocks = shapes.parameter_count(chosen), shapes.head_count(chosen), shapes.BLOCKS[cell]
    show(
        lesson, "count", blocks=blocks, hidden=hidden, inputs=inputs, biases="+2" if bias else "",
        total=total, head=head, all=total + head,
    )  # fmt: skip
    weights = shapes.weight_shapes(chosen)
    counts = [int(np.prod(shape)) for shape in weights.values()]
    table = pd.DataFrame(
        {_("tensor"): list(weights), _("shape"): [str(s) for s in weights.values()], _("parameters"): counts}
    )
    st.dataframe(table, hide_index=True, width="content")
    show(lesson, "count-check")
    run = session.shown()
    if run is not None:
        model, numbers = run.experiment.model, len(run.experiment.reads)
        own = shapes.RecurrentArguments(
            cell=model.cell, hidden_size=model.hidden_size, num_layers=model.num_layers,
            batch_first=model.layout == "window",
            input_size=numbers if model.layout == "window" else numbers * model.window,
        )  # fmt: skip
        show(lesson, "count-run", run_count=run.parameter_count, call=own.call,
             formula_count=shapes.parameter_count(own) + shapes.head_count(own))  # fmt: skip

    show(lesson, "layouts")
    window = st.slider(_("Window"), 2, 4, 3, key="pytorch_window", persist_state="session")
    tensors = shapes.layout_tensors(TOY, window)
    titles = {"article": _("The article's layout"), "window": _("The window layout")}
    for column, (name, tensor) in zip(st.columns(2), tensors.items(), strict=True):
        column.markdown(f"{titles[name]}: `x.shape == {tensor.shape}`")
        column.code(np.array2string(tensor.astype(int), separator=", "))
    show(lesson, "layouts-read")
    questions.ask("pytorch")
    to_lab(lesson, "training", _("Parameters of your run"), "trending_down")
    show(lesson, "sources")
