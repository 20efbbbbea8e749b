"""A run taken away: tables, tensors, one archive and back, a report, a notebook, an ONNX graph.

What is small is offered here; `archive`, `report`, `notebook` and `onnx_graph` are asked for by name.
"""

from core.export.configuration import configuration_json, file_name, file_stem
from core.export.tables import bars_csv, csv, history_csv, loss_log, parameter_table, prediction_csv
from core.export.tensors import film_safetensors, weights_safetensors

__all__ = [
    "bars_csv",
    "configuration_json",
    "csv",
    "file_name",
    "file_stem",
    "film_safetensors",
    "history_csv",
    "loss_log",
    "parameter_table",
    "prediction_csv",
    "weights_safetensors",
]
