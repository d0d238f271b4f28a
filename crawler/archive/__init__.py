"""The archive: every exchange as it crossed the wire, durable before its page goes on.

For a run (`crawler/settings.py` puts them in place):
    crawler.archive.extension.KeepArchive     EXTENSIONS: job, spool, ledger, start and end of a run
    crawler.archive.wire.WireCaptureHandler   DOWNLOAD_HANDLERS: tees the wire's bytes
    crawler.archive.replay.AnswerFromArchive  DOWNLOADER_MIDDLEWARES at 950: resume by replay
For a command, before it starts a run:
    crawler.archive.place.preflight(settings) raises ArchiveError: one sentence with its remedy
For readers:
    crawler.archive.reader.read_captures(locations, settings, counts)   captures, in order
    crawler.archive.locations.archive_files, reader.read_file           one file = one shard
    crawler.archive.reader.read_capture(ref, location, settings)        one range request
Troubles during a run go to `crawler.run.fail`; a full disk ends it with the reason `disk_full`.

Settings: ARCHIVE_URL, LEDGER_URL, JOB, ARCHIVE_ENABLED, ARCHIVE_MAXSIZE (what is larger is cut),
DOWNLOAD_MAXSIZE (is archived and not read), SCREENSHOTS, WARC_MAX_BYTES, WARC_MAX_SECONDS,
ARCHIVE_FSYNC (always | roll), REVISITS, WARC_PREFIX, WARC_OPERATOR, S3_PART_BYTES, S3_TIMEOUT,
S3_ENDPOINT_URL, S3_REQUEST_CHECKSUM (when_supported | when_required), S3_ADDRESSING (auto | path |
virtual), S3_ATTEMPTS, PRIVATE_NETWORKS_ALLOWED. This package imports no Scrapy by itself; only
`extension`, `wire`, `tape`, `tls`, `selftest` and `replay` do.
"""

from crawler.archive.place import preflight

__all__ = ["preflight"]
