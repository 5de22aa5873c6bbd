"""8-bit arithmetic whose result for a sentence depends on the sentence alone, at the speed of whole-matrix kernels.

Each product of activations with constant weights becomes: scale every row of activations to 8 bits by its own largest
value, multiply integers, scale back. Weights are 8-bit with a scale for each column. Integer sums are exact, so they
are the same in any order and any batch; onnxruntime's own dynamic quantisation has one scale for a whole batch instead,
and its `MatMulNBits` is exact only in whole tiles and takes three to four times as long.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

MIDDLE = 128
"""Activations are unsigned around this: the kernels are fastest with unsigned activations and signed weights."""

_ONE, _LARGEST, _LEAST, _AXIS, _MIDDLE = (f"rows.{name}" for name in ("one", "largest", "least", "axis", "middle"))


def quantize_rows(model: ModelProto) -> None:
    """Replace every MatMul of `model` whose second factor is a constant matrix, in place.

    Its weights become int8 [in, out] with float32 scales [out].
    """
    graph = model.graph
    weights = {one.name: one for one in graph.initializer if len(one.dims) == 2}
    nodes: list[NodeProto] = []
    constants = {
        _ONE: np.array(1, np.float32),
        _LARGEST: np.array(127, np.float32),
        _LEAST: np.array(1e-9, np.float32),  # a row of zeros has a scale, too
        _AXIS: np.array([1], np.int64),
        _MIDDLE: np.array(MIDDLE, np.uint8),
    }
    rows: set[str] = set()
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in weights:
            nodes.append(node)
            continue
        left, right, result = node.input[0], node.input[1], node.output[0]
        matrix = numpy_helper.to_array(weights[right])
        if left not in rows:  # query, key and value share theirs
            rows.add(left)
            constants[f"{left}.flat_shape"] = np.array([-1, len(matrix)], np.int64)
            nodes += _scaled_rows(left)
        constants[f"{result}.weights"], constants[f"{result}.scales"] = _columns(matrix)
        constants[f"{result}.width"] = np.array(matrix.shape[1:], np.int64)
        nodes += _product(left, result)
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept + [numpy_helper.from_array(array, name) for name, array in constants.items()])
    if not any(one.domain == "com.microsoft" for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _columns(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(matrix).max(0) / 127, 1e-9).astype(np.float32)
    return np.round(matrix / scales).astype(np.int8), scales


def _scaled_rows(x: str) -> Iterator[NodeProto]:
    """From float32 [..., in] to uint8 [rows, in] and float32 [rows, 1]."""
    yield helper.make_node("Shape", [x], [f"{x}.shape"], end=-1)
    yield helper.make_node("Reshape", [x, f"{x}.flat_shape"], [f"{x}.flat"])
    yield helper.make_node("Abs", [f"{x}.flat"], [f"{x}.absolute"])
    yield helper.make_node("ReduceMax", [f"{x}.absolute", _AXIS], [f"{x}.most"], keepdims=0)
    yield helper.make_node("Max", [f"{x}.most", _LEAST], [f"{x}.most_not_zero"])
    yield helper.make_node("Div", [f"{x}.most_not_zero", _LARGEST], [f"{x}.scale"])
    yield helper.make_node("Shape", [f"{x}.scale"], [f"{x}.rows"])
    middle = helper.make_tensor("value", TensorProto.UINT8, [1], [MIDDLE])
    yield helper.make_node("ConstantOfShape", [f"{x}.rows"], [f"{x}.middles"], value=middle)
    yield helper.make_node("QuantizeLinear", [f"{x}.flat", f"{x}.scale", f"{x}.middles"], [f"{x}.bytes"], axis=0)
    yield helper.make_node("Unsqueeze", [f"{x}.scale", _AXIS], [f"{x}.scales"])


def _product(x: str, y: str) -> Iterator[NodeProto]:
    """Of the rows of `x` with the weights of `y`, as float32 [..., out]."""
    factors = [f"{x}.bytes", f"{y}.weights", _ONE, f"{y}.scales", _MIDDLE]
    yield helper.make_node("MatMulIntegerToFloat", factors, [f"{y}.flat"], domain="com.microsoft")
    yield helper.make_node("Mul", [f"{y}.flat", f"{x}.scales"], [f"{y}.scaled"])
    yield helper.make_node("Concat", [f"{x}.shape", f"{y}.width"], [f"{y}.shape"], axis=0)
    yield helper.make_node("Reshape", [f"{y}.scaled", f"{y}.shape"], [y])
