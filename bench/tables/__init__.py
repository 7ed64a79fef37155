"""The two tables that the detector ships with: `python -m bench.tables` rewrites them in copytrail/data.

Run it after an upgrade of Unicode or of the word lists; both files are part of the index version.
"""
