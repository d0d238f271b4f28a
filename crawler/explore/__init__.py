"""Look instead of read: a local web application over a SQLite store, for people who write no SQL.

Datasette serves it and gives what is free with it: tables with facets, CSV and JSON, SQL. Pages of
our own stand where people look most: coverage, organ, report, comparison, portals, quality, and
addresses to cite. It reads a store and never writes one; what it counts beforehand lies in a
file of its own (`summary`). What a page says is text here: no tag, script or address of an archived
page reaches the browser as such, but in the frame that replays it, where no script may run.
"""
