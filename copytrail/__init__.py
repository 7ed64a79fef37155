"""Copytrail: which news articles are the same text, who was first, who took from whom, and which passages prove it.

The modules of this package are the path of an article, in reading order: `article`, `text`, `words`, `shingles` and
`sketch`, `candidates`, `compare`, `passages`, `report`, `cluster`, `provenance`. They are pure: no file, no network,
no clock. `copytrail.store` keeps what was posted, `copytrail.cli` is the command.
"""

__version__ = "0.1.0"
