"""A run's network as an ONNX graph, built from its weights; needs the package onnx, and no PyTorch.

ONNX has the three cells as operators (https://onnx.ai/onnx/operators): gates stand in another order than PyTorch's
(LSTM: i, o, f, c; GRU: z, r, h), and `linear_before_reset` is how PyTorch's GRU applies its reset gate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.costs import GATES
from core.export.configuration import configuration_json
from core.run import Run
from core.values import Weights

OPSET, IR = 17, 8  # of 2022: what runtimes of the last years read
_OPERATORS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
_ORDER = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}  # PyTorch's blocks (i f g o; r z n) as ONNX has them
Blocks = NDArray[np.float32]


def graph(run: Run) -> bytes:
    """The graph as a file: "scaled_window" to "scaled_prediction", both float32.

    Layout "window": (N, T, F) to (N, 1), each window from a zero state. Layout "article": (days, 1, T * F) to
    (days, 1), the state running through all days. How values are scaled stands in the metadata, as the configuration.

    Raises:
        ModuleNotFoundError: onnx is not installed.
    """
    import onnx
    from onnx import TensorProto, helper

    nodes, tensors = _nodes(run, helper)
    by_window = run.experiment.model.layout == "window"
    width = run.weights["weight_ih_l0"].shape[1]
    shape = ["samples", "steps", width] if by_window else ["days", 1, width]
    whole = helper.make_graph(
        nodes,
        "gatescope",
        [helper.make_tensor_value_info("scaled_window", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("scaled_prediction", TensorProto.FLOAT, [shape[0], 1])],
        [onnx.numpy_helper.from_array(tensor, name) for name, tensor in tensors.items()],
    )
    model = helper.make_model(
        whole, producer_name="gatescope", ir_version=IR, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    helper.set_model_props(model, {"gatescope": configuration_json(run).decode()})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _nodes(run: Run, helper: Any) -> tuple[list[Any], dict[str, NDArray[Any]]]:
    """Time first, the layers, the last step where windows are read, the head."""
    model, weights = run.experiment.model, run.weights
    nodes: list[Any] = []
    tensors: dict[str, NDArray[Any]] = {"direction": np.array([1], np.int64)}
    at = "scaled_window"
    if model.layout == "window":
        nodes.append(helper.make_node("Transpose", [at], ["by_step"], perm=[1, 0, 2]))  # (N, T, F) -> (T, N, F)
        at = "by_step"
    more = {"linear_before_reset": 1} if model.cell == "gru" else {}
    for layer in range(model.num_layers):
        tensors |= {f"{name}{layer}": tensor for name, tensor in _layer(weights, model.cell, layer).items()}
        given = [at, *(f"{name}{layer}" for name in "WRB")]
        nodes.append(
            helper.make_node(_OPERATORS[model.cell], given, [f"steps{layer}"], hidden_size=model.hidden_size, **more)
        )
        nodes.append(helper.make_node("Squeeze", [f"steps{layer}", "direction"], [f"hidden{layer}"]))  # (T, 1, N, H)
        at = f"hidden{layer}"
    # (T, N, H) -> (N, H): the last step of each window; in the article's layout N = 1 and every step is a day
    tensors["which"] = np.array(-1 if model.layout == "window" else 0, np.int64)
    nodes.append(helper.make_node("Gather", [at, "which"], ["read"], axis=0 if model.layout == "window" else 1))
    tensors |= {"head_weight": weights["fc.weight"], "head_bias": weights["fc.bias"]}
    nodes.append(helper.make_node("Gemm", ["read", "head_weight", "head_bias"], ["scaled_prediction"], transB=1))
    return nodes, tensors


def _layer(weights: Weights, cell: str, layer: int) -> dict[str, Blocks]:
    """W (1, G*H, F), R (1, G*H, H) and both biases in one, B (1, 2*G*H): G gates in ONNX's order."""

    def turned(name: str) -> Blocks:
        blocks = np.split(weights[f"{name}_l{layer}"], GATES[cell])
        return np.concatenate([blocks[place] for place in _ORDER[cell]])

    both = np.concatenate([turned("bias_ih"), turned("bias_hh")])
    return {"W": turned("weight_ih")[None], "R": turned("weight_hh")[None], "B": both[None]}
