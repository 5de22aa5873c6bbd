#!/usr/bin/env bash
# The shipped model, from its sources to tasks/extract/resources/model. Needs the training extra and the corpora
# (README.md beside this file says which and where from):
#   CORPORA=/path/to/corpora make model
set -euo pipefail
cd "$(dirname "$0")/../../.."
corpora=${CORPORA:?set CORPORA to the folder with train.jsonl, synthetic.jsonl, dev.jsonl, anercorp_train.conll, raw.txt}
work=${WORK:-data/training}
python=${PYTHON:-.venv/bin/python}
own=tasks/extract/training/data
data=(--news "$corpora/train.jsonl" "$corpora/synthetic.jsonl" $own/news_a.jsonl $own/news_b.jsonl
      --dev "$corpora/dev.jsonl" --anercorp "$corpora/anercorp_train.conll")

# Two rounds, because the third set of our sentences was written while the first one ran.
"$python" -m tasks.extract.training.train "${data[@]}" --raw "$corpora/raw.txt" --out "$work/first" \
  --epochs 6 --batch 24 --encoder-rate 1.2e-4
"$python" -m tasks.extract.training.train "${data[@]}" --more $own/news_c.jsonl --start "$work/first" --out "$work/second" \
  --epochs 4 --batch 24 --encoder-rate 6e-5 --head-rate 5e-4 --seed 2
"$python" -m tasks.extract.training.threshold "${data[@]}" --checkpoint "$work/second"
"$python" -m tasks.extract.training.export --checkpoint "$work/second" --out tasks/extract/resources/model \
  --version "${VERSION:?set VERSION, for example 2026.11}" --outside "${OUTSIDE:-0}"
