"""Training of the shipped model: `python -m bench.train DIR` rewrites copytrail/data/model.json.

Every corpus weighs the same however many pairs it has, and so do the two classes. Calibration and thresholds come
from leave-one-corpus-out predictions: each pair is scored by trees that saw nothing of its corpus.
"""
