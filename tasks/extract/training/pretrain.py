"""Continue the encoder's masked-language training on raw Arabic text.

The pretrained weights were rounded to four bits and tuned to compare sentences; guessing hidden words of news makes
them look at words again. Whole words are hidden, since a word's other pieces give it away. Writes `checkpoint.pt` (the
encoder alone) and `vocabulary.json`, from which `train` goes on.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tasks.extract.training import corpora, vocabulary, workers
from tasks.extract.training.model import Encoder
from tasks.extract.training.tensors import batches
from tasks.extract.training.weights import installed, read_pretrained
from tasks.extract.words import BEGIN, END, UNKNOWN, Pieces, split_words

HIDDEN_SHARE = 0.2
"""Of the words, hidden in each pass."""
MAX_PIECES = 96
MASK = UNKNOWN
"""The pruned vocabulary has no mask of its own; the trainer hides words behind the same piece."""


class Guesser(nn.Module):
    """An encoder and what turns its vectors into guesses of pieces; the pieces' own embeddings are the output layer."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.word.embedding_dim
        self.inner, self.norm = nn.Linear(hidden, hidden), nn.LayerNorm(hidden)
        self.bias = nn.Parameter(torch.zeros(encoder.word.num_embeddings))
        nn.init.eye_(self.inner.weight)

    def forward(self, pieces: Tensor, hidden: Tensor) -> Tensor:
        """pieces: int64 [batch, length]; hidden: bool, alike. Returns scores [hidden pieces, vocabulary]."""
        x = self.encoder.contextual(pieces)[hidden]
        return F.linear(self.norm(F.gelu(self.inner(x))), self.encoder.word.weight, self.bias)


def hide(sentences: list[list[tuple[int, ...]]], rng: random.Random) -> tuple[Tensor, Tensor, Tensor]:
    """(pieces with words hidden, true pieces, which were hidden), each [batch, length].

    A sentence is its words' pieces. Of the words chosen a tenth stay as they are and a tenth become another word of
    the batch, as in BERT.
    """
    others = [word for sentence in sentences for word in sentence]
    shown, true, chosen = [], [], []
    for sentence in sentences:
        row: list[tuple[int, int, bool]] = [(BEGIN, BEGIN, False)]
        for word in sentence:
            if len(row) + len(word) >= MAX_PIECES:
                break
            picked, fate = rng.random() < HIDDEN_SHARE, rng.random()
            seen = word
            if picked and fate < 0.8:
                seen = (MASK,) * len(word)
            elif picked and fate < 0.9:
                seen = tuple((rng.choice(others) * len(word))[: len(word)])
            row.extend((a, b, picked) for a, b in zip(seen, word, strict=True))
        row.append((END, END, False))
        for column, values in zip((shown, true, chosen), zip(*row, strict=True), strict=True):
            column.append(torch.tensor(values))
    pad = nn.utils.rnn.pad_sequence
    return pad(shown, True), pad(true, True), pad(chosen, True)  # type: ignore[arg-type]


def read_sentences(paths: list[Path], pieces: Pieces) -> list[list[tuple[int, ...]]]:
    """Sentences of at least four words, each its words' pieces; one sentence a line."""
    result = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                words = [pieces.of(line[word.start : word.end]) for word in split_words(line)]
                if len(words) >= 4:
                    result.append(words)
    return result


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, nargs="+", required=True, help="Arabic text, a sentence a line")
    parser.add_argument("--news", type=Path, nargs="+", required=True, help="annotated sentences: for the vocabulary")
    parser.add_argument("--anercorp", type=Path, required=True, help="word and tag a line: for the vocabulary")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and vocabulary")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    args = parser.parse_args()

    worker, count = workers.join()
    torch.manual_seed(1)
    args.out.mkdir(parents=True, exist_ok=True)
    source = read_pretrained(installed())
    own, _ = corpora.blocks(list(corpora.conll(args.anercorp, "anercorp")))
    examples = [example for path in args.news for example in corpora.annotated_news(path)]
    tokenizer, order = vocabulary.prune(source, vocabulary.words_of([*examples, *own], args.raw))
    if worker == 0:
        vocabulary.save(tokenizer, args.out / "vocabulary.json")
    encoder = Encoder(len(order), source.hidden, source.layers, source.heads, source.feed_forward, 0.1)
    encoder.adopt(source, torch.from_numpy(order))
    guesser = Guesser(encoder)
    sentences = read_sentences(args.raw, Pieces(tokenizer))
    print(f"worker {worker}: {len(sentences)} sentences, {len(order)} pieces", flush=True)

    steps = args.epochs * (len(sentences) // args.batch // count)
    optimizer = torch.optim.AdamW(guesser.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (0.05 * steps), max(0.02, (steps - step) / (0.95 * steps)))
    )
    shuffle, rng = random.Random(1), random.Random(100 + worker)
    torch.manual_seed(100 + worker)
    step, running, started = 0, 0.0, time.monotonic()
    for _ in range(args.epochs):
        for batch in workers.share(list(batches(sentences, args.batch, shuffle, len)), worker, count):
            shown, true, chosen = hide(batch, rng)
            with torch.autocast("cpu", torch.bfloat16):
                scores = guesser(shown, chosen)
            loss = F.cross_entropy(scores.float(), true[chosen])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(guesser.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            step += 1
            running += 0.02 * (loss.item() - running) if running else loss.item()
            if step % workers.BETWEEN == 0:
                workers.agree(guesser.parameters())
            if worker == 0 and step % 100 == 0:
                print(f"{step}/{steps} {time.monotonic() - started:.0f} s, loss {running:.3f}", flush=True)
        workers.agree(guesser.parameters())
        if worker == 0:
            torch.save(encoder.state_dict(), args.out / "checkpoint.pt")
    workers.leave()


if __name__ == "__main__":
    main()
