"""The scraper: follows feeds and sitemaps politely and posts new articles to a running Copytrail.

`plan.py` says what to follow, `listings.py` reads what feeds and sitemaps list, `frontier.py` remembers it,
`fetching.py` asks for documents, `pages.py` makes articles of them, `rounds.py` puts these together.
"""
