"""The HTTP service: `create_app(settings, store)` builds it, `python -m service` runs it."""
