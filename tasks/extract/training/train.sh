#!/usr/bin/env bash
# The shipped model, from its sources to tasks/extract/resources/model. Needs the training extra and the corpora
# (README.md beside this file says which and where from):
#   CORPORA=/path/to/corpora make model
set -euo pipefail
cd "$(dirname "$0")/../../.."
corpora=${CORPORA:?set CORPORA to the folder with train.jsonl, synthetic.jsonl, dev.jsonl, anercorp_train.conll, raw.txt}
work=${WORK:-data/training}
python=${PYTHON:-.venv/bin/python}
# news_c.jsonl came after the shipped model; add it for the next.
own=tasks/extract/training/data
data=(--news "$corpora/train.jsonl" "$corpora/synthetic.jsonl" $own/news_a.jsonl $own/news_b.jsonl
      --dev "$corpora/dev.jsonl" --anercorp "$corpora/anercorp_train.conll")

"$python" -m tasks.extract.training.train "${data[@]}" --raw "$corpora/raw.txt" --out "$work" \
  --epochs 6 --batch 24 --encoder-rate 1.2e-4
"$python" -m tasks.extract.training.threshold "${data[@]}" --checkpoint "$work"
"$python" -m tasks.extract.training.export --checkpoint "$work" --out tasks/extract/resources/model \
  --version "${VERSION:?set VERSION, for example 2026.11}" --outside "${OUTSIDE:--0.5}"
