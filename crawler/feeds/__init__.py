"""Where items go: formats, places, and the moment at which a target changes.

A format is an exporter (`exporters`, `spreadsheets`, `parquet`), a place a storage (`storages` for
files; `batches` for whatever takes items: stores, `dataset`, `opensearch`, `kafka`), `filters` says
which reports a feed takes, and `export` puts all of it in place of Scrapy's feed exporter. The rows
of a table are made in `flat` and `headlines`. Relational stores have `crawler.stores`.
"""
