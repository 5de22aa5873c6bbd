#!/usr/bin/env bash
# The shipped model, from its sources to tasks/extract/resources/model. Needs the training extra and the corpora
# (README.md beside this file says which and where from):
#   CORPORA=/path/to/corpora make model
set -euo pipefail
cd "$(dirname "$0")/../../.."
corpora=${CORPORA:?set CORPORA to the folder with train.jsonl, synthetic.jsonl, dev.jsonl, anercorp_train.conll, ant.jsonl.gz}
work=${WORK:-data/training}
python=${PYTHON:-.venv/bin/python}
training=tasks.extract.training
own=tasks/extract/training/data
news=(--news "$corpora/train.jsonl" "$corpora/synthetic.jsonl" "$own"/news_*.jsonl)
data=("${news[@]}" --standoff $own/ant.jsonl --articles "$corpora/ant.jsonl.gz"
      --dev "$corpora/dev.jsonl" --anercorp "$corpora/anercorp_train.conll")
workers=("$python" -m torch.distributed.run --nproc-per-node "${WORKERS:-2}")

"$python" -m $training.raw --articles "$corpora/ant.jsonl.gz" --dev "$corpora/dev.jsonl" --out "$work/raw.txt"
"${workers[@]}" -m $training.pretrain "${news[@]}" --anercorp "$corpora/anercorp_train.conll" \
  --raw "$work/raw.txt" --out "$work/pretrained" --epochs 3
"${workers[@]}" -m $training.train "${data[@]}" --pretrained "$work/pretrained" --out "$work/trained" --epochs 6
"${workers[@]}" -m $training.train "${data[@]}" --trained "$work/trained" --out "$work/rounded" --epochs 5 \
  --encoder-rate 1e-4 --head-rate 6e-4 --seed 3
"$python" -m $training.prune "${data[@]}" --trained "$work/rounded" --out "$work/pruned"
"${workers[@]}" -m $training.train "${data[@]}" --trained "$work/pruned" --out "$work/narrow" --epochs 8 \
  --encoder-rate 1.5e-4 --head-rate 7e-4 --seed 6
"$python" -m $training.threshold "${data[@]}" --checkpoint "$work/narrow"
"$python" -m $training.export --checkpoint "$work/narrow" --out tasks/extract/resources/model \
  --version "${VERSION:?set VERSION, for example 2026.11}" --outside ${OUTSIDE:-triggers=0 news=0.8 anercorp=0.8 roles=0.4}
