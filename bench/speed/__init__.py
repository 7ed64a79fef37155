"""How fast Copytrail is beside its peers, in one run: `python -m bench.speed` prints the tables, one file a table."""
