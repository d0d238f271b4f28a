"""The relational store of reports: one schema in SQLite, PostgreSQL and DuckDB.

Takes items as the contract has them and keeps each as rows, without loss: `reading.items` gives the
same items back. Knows no crawl and no Scrapy; `crawler.feeds.storages` hands it finished batches.
"""
