"""Copytrail inside other programs; each module needs the library it is named after."""
