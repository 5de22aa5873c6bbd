"""The arithmetic of the shipped graphs: near to that of floats, and a row's result its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'marsad[training]'")

from tasks.extract.training.quantize import quantize_rows  # noqa: E402

WIDE, NARROW = 48, 20


@pytest.fixture(scope="module")
def weights() -> dict[str, NDArray[np.float32]]:
    draw = np.random.default_rng(1)
    return {name: draw.normal(size=(WIDE, NARROW)).astype(np.float32) for name in ("a", "b")}


@pytest.fixture(scope="module")
def session(weights: dict[str, NDArray[np.float32]]) -> Any:
    """x [batch, length, WIDE] times two matrices, and their results' product, which has no constant factor."""
    helper = onnx.helper
    given = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["batch", "length", WIDE])
    results = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", "length", last])
        for name, last in (("xa", NARROW), ("xb", NARROW), ("both", "length"))
    ]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "a"], ["xa"]),
            helper.make_node("MatMul", ["x", "b"], ["xb"]),
            helper.make_node("Transpose", ["xb"], ["turned"], perm=[0, 2, 1]),
            helper.make_node("MatMul", ["xa", "turned"], ["both"]),
        ],
        "products",
        [given],
        results,
        [onnx.numpy_helper.from_array(matrix, name) for name, matrix in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    quantize_rows(model)
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node].count("MatMulIntegerToFloat") == 2
    assert [node.op_type for node in model.graph.node].count("QuantizeLinear") == 1  # shared
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def test_near_to_floats_whatever_a_rows_size(session: Any, weights: dict[str, NDArray[np.float32]]) -> None:
    """A row with large values does not cost the others their precision."""
    x = np.random.default_rng(2).normal(size=(3, 7, WIDE)).astype(np.float32)
    x *= np.array([1e-3, 1, 1e3], np.float32)[:, None, None]
    for name, found in zip(("a", "b"), session.run(["xa", "xb"], {"x": x}), strict=True):
        exact = x @ weights[name]
        errors = np.abs(found - exact).max((1, 2)) / np.abs(exact).max((1, 2))
        assert (errors < 0.02).all()


def test_a_row_is_its_own(session: Any) -> None:
    x = np.random.default_rng(3).normal(size=(5, 9, WIDE)).astype(np.float32)
    [together] = session.run(["xa"], {"x": x})
    for sentence in range(5):
        for length in (1, 2, 3, 9):
            [alone] = session.run(["xa"], {"x": x[sentence : sentence + 1, :length]})
            assert (alone[0] == together[sentence, :length]).all()


def test_zeros_stay_zeros(session: Any) -> None:
    for found in session.run(None, {"x": np.zeros((2, 3, WIDE), np.float32)}):
        assert not found.any()
