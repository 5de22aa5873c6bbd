"""An exported model is read back into the network that it was exported from."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'marsad[training]'")
pytest.importorskip("onnx", reason="onnx is not installed: pip install 'marsad[training]'")

from tasks.extract.model import FOLDER, shipped_reader  # noqa: E402
from tasks.extract.training.checkpoint import load_exported  # noqa: E402
from tasks.extract.training.rounding import round_products  # noqa: E402
from tasks.extract.words import BEGIN, END  # noqa: E402

SENTENCE = ["قتل", "ثلاثة", "جنود", "عراقيين", "في", "هجوم", "شنه", "تنظيم", "داعش", "قرب", "كركوك"]


def test_the_shipped_model_is_read_back() -> None:
    network, pieces = load_exported(FOLDER)
    round_products(network)
    cut = [pieces.of(word) for word in SENTENCE]
    first = [1 + sum(map(len, cut[:number])) for number in range(len(cut))]
    ids = [BEGIN, *(piece for word in cut for piece in word), END]
    with torch.no_grad():
        late, _ = network.encoder(torch.tensor([ids]), torch.tensor([first]))
        news, *_ = network.sentence(late)

    reader = shipped_reader(1)
    news[..., 0] += reader._outside["news"]
    [[window]] = reader._batches([SENTENCE])
    [scores] = (torch.from_numpy(one)[:, : len(SENTENCE)] for one in reader._run([window], ["news"]))  # without padding
    assert torch.allclose(news, scores, atol=0.2)
    assert torch.equal(news.argmax(-1), scores.argmax(-1))


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_exported(tmp_path)
