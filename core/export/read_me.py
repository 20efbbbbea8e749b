"""The README of an archive: what lies in it, and how it is loaded again, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from core.export.configuration import file_stem
from core.run import Run
from core.sentence import N_

_FILES = {
    "configuration.json": N_("every dial, how the inputs were scaled, where the test part begins"),
    "run.gatescope": N_("the whole run to the last bit, for Gatescope"),
    "bars.csv": N_("the prices it was trained on"),
    "predictions.csv": N_("one row a day: actual, predicted, same as yesterday, training or test part"),
    "history.csv": N_("one row an epoch: losses, seconds, step size"),
    "weights.safetensors": N_("the weights under PyTorch's own names"),
    "film.safetensors": N_("the weights after each filmed epoch"),
    "notebook.ipynb": N_("trains the run again, step by step"),
    "charts/": N_("forecast, loss and gates; they open in any browser without a network"),
}
_WITHOUT_BARS = N_(
    "The prices are not in this archive: those the run was trained on were no longer at hand when it was made."
)
_CODE = """from core.export.archive import load_run
run = load_run("{file}")
run.prediction, run.metrics["test"].rmse, run.weights"""


def text(run: Run, translate: Callable[[str], str], with_bars: bool) -> bytes:
    """Lines of plain text; `translate` says an English sentence in the reader's language."""
    told = [translate(N_("A run of Gatescope: {name}")).format(name=file_stem(run)), ""]
    left_out = () if with_bars else ("bars.csv",)
    told += [f"{name:<22}{translate(words)}" for name, words in _FILES.items() if name not in left_out]
    if not with_bars:
        told += ["", translate(_WITHOUT_BARS)]
    told += [
        "",
        translate(N_("In the app: open this zip under “Take away”. From Python, in Gatescope's folder:")),
        "",
        *(f"    {line}" for line in _CODE.format(file=f"{file_stem(run)}.zip").splitlines()),
    ]
    return ("\n".join(told) + "\n").encode()
