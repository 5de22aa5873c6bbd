"""The network: one encoder pass over a sentence, and heads that read everything from its word vectors.

`Encoder` is the pretrained BERT, whose lower layers read pieces and whose others read words: the mean of a word's
pieces. `SentenceHeads` tag entities (a head per annotation convention) and triggers. `EventHead` reads one trigger at
a time: it goes back to the words as they were below the encoder's top layers, marks the trigger among them, and runs
copies of those layers in that light; then it tags participants and judges status and mode.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tasks.extract.labels import ENTITY_TAGS, EVENT_TYPES, MODE_NAMES, ROLE_TAGS, STATUSES, TRIGGER_TAGS
from tasks.extract.training.weights import Pretrained

PIECE_LAYERS = 3
"""How many of the encoder's layers read pieces; a word has nearly two, so those above have half as much to read."""

EVENT_LAYERS = 3
"""How many of the encoder's top layers are run again for each trigger."""

HEAD_WIDTH = 32
"""Numbers in a word's vector that one attention head reads: as in the pretrained encoder."""

REACH = 24
"""Distances from the trigger beyond this many words count alike."""


class Layer(nn.Module):
    """A post-norm transformer layer, as in BERT; its heads need not make up the whole width of the words."""

    def __init__(self, hidden: int, heads: int, feed_forward: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = (nn.Linear(hidden, heads * HEAD_WIDTH) for _ in range(3))
        self.ao = nn.Linear(heads * HEAD_WIDTH, hidden)
        self.fi, self.fo = nn.Linear(hidden, feed_forward), nn.Linear(feed_forward, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, eps=1e-12), nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x: [batch, length, hidden]; bias: [batch, 1, 1, length], 0 where attended and very low where not."""
        shape = (*x.shape[:2], self.heads, HEAD_WIDTH)
        q, k, v = (part(x).view(shape).transpose(1, 2) for part in (self.q, self.k, self.v))
        scores = q @ k.transpose(-1, -2) / math.sqrt(HEAD_WIDTH) + bias
        mixed = (self.dropout(scores.softmax(-1)) @ v).transpose(1, 2).flatten(2)
        x = self.aln(x + self.dropout(self.ao(mixed)))
        return self.oln(x + self.dropout(self.fo(F.gelu(self.fi(x)))))


class Encoder(nn.Module):
    """BERT over pieces; returns one vector per word."""

    def __init__(
        self, vocabulary: int, hidden: int, layers: int, heads: int, feed_forward: int, dropout: float
    ) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, hidden, padding_idx=0)
        self.position = nn.Embedding(512, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(hidden, heads, feed_forward, dropout) for _ in range(layers))

    def forward(self, pieces: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
        """pieces: int64 [batch, length], 0 is padding; shares: float32 [batch, words, length], see `word_shares`.

        Returns the words as they leave the encoder and as they enter its top layers, both [batch, words, hidden].
        """
        x = shares @ self.contextual(pieces, stop=PIECE_LAYERS).to(shares.dtype)
        bias = attention_bias(shares.sum(-1) > 0)
        for layer in self.layers[PIECE_LAYERS:-EVENT_LAYERS]:
            x = layer(x, bias)
        early = x
        for layer in self.layers[-EVENT_LAYERS:]:
            x = layer(x, bias)
        return x, early

    def contextual(self, pieces: Tensor, stop: int | None = None) -> Tensor:
        """One vector per piece [batch, length, hidden], after the layers up to `stop`."""
        positions = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.dropout(self.norm(self.word(pieces) + self.position(positions)))
        bias = attention_bias(pieces != 0)
        for layer in self.layers[:stop]:
            x = layer(x, bias)
        return x

    def adopt(self, source: Pretrained, order: Tensor) -> None:
        """Take the pretrained weights, with the pieces `order` names (numbers in the source)."""
        tensors = {name: torch.from_numpy(values) for name, values in source.tensors.items()}
        hidden = source.hidden
        with torch.no_grad():
            self.word.weight.copy_(tensors["emb.word"].view(-1, hidden)[order])
            # The one token type there is becomes part of the positions.
            positions = tensors["emb.pos"].view(-1, hidden) + tensors["emb.type"].view(-1, hidden)[0]
            self.position.weight.copy_(positions)
            self.norm.weight.copy_(tensors["emb.ln.w"])
            self.norm.bias.copy_(tensors["emb.ln.b"])
            for number, layer in enumerate(self.layers):
                for part in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                    module = getattr(layer, part)
                    module.weight.copy_(tensors[f"l{number}.{part}.w"].view_as(module.weight))
                    module.bias.copy_(tensors[f"l{number}.{part}.b"])


class SentenceHeads(nn.Module):
    """Tags for every word: entities by each convention, and triggers."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.news = nn.Linear(hidden, len(ENTITY_TAGS))
        self.anercorp = nn.Linear(hidden, len(ENTITY_TAGS))
        self.trigger_inner = nn.Linear(hidden, hidden)
        self.trigger = nn.Linear(hidden, len(TRIGGER_TAGS))

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """words: [batch, words, hidden]. Returns scores of news entities, ANERcorp entities and triggers."""
        words = self.dropout(words)
        return self.news(words), self.anercorp(words), self.trigger(F.gelu(self.trigger_inner(words)))


class EventHead(nn.Module):
    """Participants, status and mode of one trigger in its sentence."""

    def __init__(self, hidden: int, heads: int, feed_forward: int, dropout: float) -> None:
        super().__init__()
        self.event_type = nn.Embedding(len(EVENT_TYPES), hidden)
        self.distance = nn.Embedding(2 * REACH + 1, hidden)
        self.trigger = nn.Linear(hidden, hidden)
        for mark in (self.event_type, self.distance, self.trigger):
            # Small beside the words, whose vectors the layers already know how to read.
            nn.init.normal_(mark.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(hidden, heads, feed_forward, dropout) for _ in range(EVENT_LAYERS))
        self.dropout = nn.Dropout(dropout)
        self.roles = nn.Linear(hidden, len(ROLE_TAGS))
        self.status = nn.Linear(2 * hidden, len(STATUSES))
        self.mode = nn.Linear(2 * hidden, len(MODE_NAMES))

    def forward(
        self, late: Tensor, early: Tensor, mask: Tensor, trigger: Tensor, event_type: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """late, early: [events, words, hidden], what the encoder made of each event's sentence.

        mask: bool [events, words]; trigger, event_type: int64 [events], its first word and its number in EVENT_TYPES.
        Returns scores of role tags [events, words, tags], status [events, 4] and mode [events, modes].
        """
        at = trigger.view(-1, 1, 1).expand(-1, 1, late.shape[-1])
        own = torch.gather(late, 1, at)
        distance = torch.arange(late.shape[1], device=late.device) - trigger.unsqueeze(1)
        distance = self.distance(distance.clamp(-REACH, REACH) + REACH)
        x = early + self.trigger(own) + self.event_type(event_type).unsqueeze(1) + distance
        bias = attention_bias(mask)
        for layer in self.layers:
            x = layer(x, bias)
        seen = self.dropout(torch.cat([torch.gather(x, 1, at), own], -1).squeeze(1))
        return self.roles(self.dropout(x)), self.status(seen), self.mode(seen)

    def adopt(self, encoder: Encoder) -> None:
        """Begin with what the encoder's top layers know."""
        for layer, top in zip(self.layers, encoder.layers[-EVENT_LAYERS:], strict=True):
            layer.load_state_dict(top.state_dict())


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(
        self, vocabulary: int, hidden: int, layers: int, heads: int, feed_forward: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, hidden, layers, heads, feed_forward, dropout)
        self.sentence = SentenceHeads(hidden, dropout)
        self.event = EventHead(hidden, heads, feed_forward, dropout)

    @classmethod
    def like(cls, source: Pretrained, vocabulary: int) -> Network:
        """A network of the size of a pretrained encoder."""
        return cls(vocabulary, source.hidden, source.layers, source.heads, source.feed_forward)

    @classmethod
    def of(cls, state: Mapping[str, Tensor]) -> Network:
        """The network that has the parameters `state`, whatever its size."""
        vocabulary, hidden = state["encoder.word.weight"].shape
        layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layers."))
        heads = len(state["encoder.layers.0.q.bias"]) // HEAD_WIDTH
        network = cls(vocabulary, hidden, layers, heads, len(state["encoder.layers.0.fi.bias"]))
        network.load_state_dict(state)
        return network


def attention_bias(mask: Tensor) -> Tensor:
    """[batch, length] of bool to what attention scores are raised by: 0 where true, very low where false."""
    return (~mask).to(torch.float32)[:, None, None, :] * -1e4
