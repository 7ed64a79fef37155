"""Speed and quality of Copytrail, each beside its peers; the training of what it ships with. See README.md here."""
