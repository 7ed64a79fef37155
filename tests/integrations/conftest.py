from live import copytrail, demo_site, web

__all__ = ["copytrail", "demo_site", "web"]
