"""An exported model is read back into the network that it was exported from."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'marsad[training]'")
pytest.importorskip("onnx", reason="onnx is not installed: pip install 'marsad[training]'")

from tasks.extract.batches import cut_windows, padded, word_shares  # noqa: E402
from tasks.extract.model import FOLDER, shipped_reader  # noqa: E402
from tasks.extract.training.checkpoint import load_exported  # noqa: E402
from tasks.extract.training.rounding import round_products  # noqa: E402
from tasks.extract.words import BEGIN, END, PAD  # noqa: E402

SENTENCE = ["قتل", "ثلاثة", "جنود", "عراقيين", "في", "هجوم", "شنه", "تنظيم", "داعش", "قرب", "كركوك"]


def test_the_shipped_model_is_read_back() -> None:
    network, pieces = load_exported(FOLDER)
    round_products(network)
    [window] = cut_windows(0, SENTENCE, pieces.of, (BEGIN, END), 448)
    shares = word_shares([window.first], [len(window.pieces)])
    with torch.no_grad():
        late, _ = network.encoder(torch.from_numpy(padded([window.pieces], PAD)), torch.from_numpy(shares))
        news, *_ = network.sentence(late)

    reader = shipped_reader(1)
    news[..., 0] += reader._outside["news"]
    news, scores = (
        one[:, : len(SENTENCE)] for one in (news, torch.from_numpy(reader._run([window], ["news"])[0]))
    )  # without padding
    assert torch.allclose(news, scores, atol=0.2)
    assert torch.equal(news.argmax(-1), scores.argmax(-1))


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_exported(tmp_path)
