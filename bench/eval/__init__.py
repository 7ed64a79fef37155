"""How well Copytrail detects, on labelled corpora: `python -m bench.eval DIR` prints the tables, one file a table."""
