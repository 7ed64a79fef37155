"""Training of the shipped model: `python -m bench.train DIR` rewrites copytrail/data/model.json."""
