"""Read disclosure reports: bytes or text in, items out. No Scrapy, no network, no clock.

A newcomer reads `items.py` first: it holds the three shapes that everything here turns into one
another, Page → Document → Report.
"""

#: Part of every item. It changes whenever the same capture could give another item.
PARSER_VERSION = "0.8.0"
