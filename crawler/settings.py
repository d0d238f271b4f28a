"""Every setting, with its reason. A deployment differs by environment variables only.

A setting named in `_FROM_ENVIRONMENT` is taken from the environment where it is set there;
`-s NAME=` on the command line is stronger than both.
"""

from __future__ import annotations

import os

BOT_NAME = "disclosure-archive"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# --- where things lie ---
ARCHIVE_URL = ""  # default: file:// under data/archive of the project
LEDGER_URL = ""  # default: a SQLite ledger that belongs to ARCHIVE_URL
QUEUE_URL = ""  # postgresql://user@host/database: the queue that workers share
QUEUE_STALLED = 90.0  # seconds without a heartbeat, then a worker is dead and another takes over
ENDS_WITH = 0  # the process with which a crawl ends, too: a worker says so
RUNS_URL = ""  # the table of runs; default: runs.sqlite beside the ledger
JOB = ""  # default: the unfinished job of the same command, else a new one
REGISTRY = ""  # default: crawler/portals
SCHEDULE = ""  # how often portals are visited; default: crawler/jobs/schedule.toml
S3_ENDPOINT_URL = ""  # any S3-compatible endpoint; default: AWS
PRIVATE_NETWORKS_ALLOWED = ""  # e.g. 127.0.0.0/8; default: none
BROWSER_PATH = ""  # Chromium for pages to be drawn; default: Playwright's own, else the system's
SCREENSHOTS = True  # of pages that a browser draws, beside them in the archive

# --- alarms: what a run tells of itself besides its log (crawler.jobs.sinks); none by default ---
ALARM_FILE = ""  # gets a line of JSON an alarm
ALARM_WEBHOOK = ""  # gets a POST of JSON
ALARM_MAIL = ""  # addresses, with commas
ALARM_SMTP = "smtp://localhost"  # or smtps://name:password@host:port
ALARM_SENDER = "disclosure-archive@localhost"

# --- manners ---
USER_AGENT = "disclosure-archive/0.1 (archive of disclosure reports; contact: set USER_AGENT)"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0  # seconds; start and floor of the adaptive delay
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # of a server: hosts of one address share a slot
DOWNLOADER = "crawler.servers.OneAtATime"  # Scrapy's lets two leave at once on a busy machine
CRAWL_HOURS = ""  # e.g. 22:00-06:00 Beijing time, for portals that state no hours; default: always
WAIT_FOR_HOURS = False  # a run waits for the hours; else it ends and its job goes on with the next
RETRY_AFTER_MAX = 600.0  # seconds; a server that asks for more is left to a later run
AUTOTHROTTLE_ENABLED = False  # crawler.manners.AdaptiveDelay takes its place
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # a larger body is archived whole, and read by no stage
DOWNLOAD_WARNSIZE = 0  # what is too large is told once, at the end of the run
DOWNLOAD_VERIFY_CERTIFICATES = True  # old hosts: `tls` in their registry stanza
COOKIES_ENABLED = False
REDIRECT_MAX_TIMES = 10
METAREFRESH_ENABLED = False  # the spider follows a refresh as a link: its page is a capture too
DEPTH_LIMIT = 20

# --- budgets: where a walk ends that would not end by itself; each is told by name when reached ---
PAGES_PER_SECTION = 200  # list pages; the longest real list of reports read has 10
PAGES_PER_HOST = 50_000  # a city's reports with their files are some 5,000 (200 organs, 18 years)
BLANK_PAGES = 3  # list pages on end without a row; Epoint has 2 before its first
WALK_DEPTH = 8  # links from the start, paging apart; no report read was further than 6
WALK_HUBS = 6  # pages tried on the way to a report column; real menus name 2 or 3
PATH_REPEATS = 3  # times that a name stands in one path; no real one read has a name thrice
RECHECK_DAYS = 30.0  # what stands in its list as it stood is asked for once in so many days
SKIP_ROWS = ""  # kinds of rows that are not fetched: any of website, guides, notices
CHALLENGES_PER_HOST = 3  # a firewall's challenges, then the host is left for this run

# --- archive: every exchange, as it crossed the wire, durable before its page goes on ---
EXTENSIONS = {
    "crawler.archive.extension.KeepArchive": 0,
    "crawler.manners.AdaptiveDelay": 10,
    "crawler.postponed.LeaveUnfinished": 20,
    "crawler.jobs.orphans.EndWithParent": 30,
    "crawler.standing.PassOverImports": 40,
    "crawler.memory.GiveMemoryBack": 50,
    "crawler.jobs.progress.ShowProgress": 1990,
    "crawler.jobs.recording.RecordRun": 2000,  # last: archive and feeds have ended then
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.archive.wire.WireCaptureHandler",
    "https": "crawler.archive.wire.WireCaptureHandler",
    "data": None,  # and file: a hostile link made Scrapy read a local file (measured)
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.schemes.WebAddressesOnly": 40,  # before any other looks at the address
    "crawler.challenges.LeaveChallengedHosts": 90,
    "crawler.ports.KeepToKnownPorts": 92,  # before robots.txt: that port gets no request at all
    "crawler.hours.KeepHours": 95,  # before robots.txt: outside its hours a host gets no request
    "crawler.robots.LockedRobots": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # leaks past robots.txt
    "crawler.compression.UndoContentCoding": 590,
    # guesses a coding too early:
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.waits.HonourRetryAfter": 605,  # before Scrapy's retries see the answer
    "crawler.redirects.FollowRedirects": 600,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # lets some fall in silence
    "crawler.challenges.AcceptCookieOnce": 610,  # before Scrapy's redirects see the answer
    "crawler.archive.replay.AnswerFromArchive": 950,  # next to the network: every hop and retry
    "crawler.unasked.LeaveUnchanged": 960,  # what the job did not ask, an earlier one may have
    "crawler.servers.OneServerOneSlot": 970,  # only what goes to the network needs its address
}
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicAddressResolver"
HTTPPROXY_ENABLED = False  # a proxy changes the bytes that cross the wire
TELNETCONSOLE_ENABLED = False  # runs code in the process
REMOTE_CONTROL_ENABLED = False  # as above, on by default since Scrapy 2.19
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's ±50 % would go below the floor that DOWNLOAD_DELAY is
ARCHIVE_MAXSIZE = 1_000_000_000  # a larger body is cut there; no record is longer (annex C)
WARC_MAX_BYTES = 1_000_000_000  # bytes; a file rolls over behind the exchange that passes it
WARC_MAX_SECONDS = 21_600  # or at that age: a polite crawl takes days for 1 GB
ARCHIVE_FSYNC = "always"  # "roll": a power cut may cost the last pages, which are fetched again
REVISITS = True  # unchanged pages are asked for by If-None-Match, archived as revisits, no item
WARC_PREFIX = "reports"  # file names: prefix-timestamp-serial-host.warc.gz
WARC_OPERATOR = ""  # who answers for the crawl, in warcinfo; default: USER_AGENT
S3_REQUEST_CHECKSUM = "when_supported"  # "when_required" for stores that refuse new checksums
S3_PART_BYTES = 64 * 1024 * 1024  # larger files are uploaded in parts of this size (5 MB at least)
S3_ADDRESSING = "auto"  # "path" for stores without a host name per bucket

# --- speed and log ---
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the spider's source anew for every page: 1–2 ms
DUPEFILTER_CLASS = "crawler.repeats.FilterRepeats"  # Scrapy's keeps 100 bytes a request
CONCURRENT_ITEMS = 1  # Scrapy 2.19 starts that many tasks for each response: 1 is 1.5 times faster
LOG_JSON = False  # the log as JSON, an event a line
LOG_LEVEL = "INFO"  # DEBUG writes every item in full

# --- feeds: Scrapy's FEEDS, -o and -O; a target changes only at the end of a finished job ---
ADDONS = {
    "crawler.feeds.export.Feeds": 100
}  # our exporter in Scrapy's place; S3_ENDPOINT_URL for feeds
FEED_EXPORT_ENCODING = "utf-8"  # the default writes every Chinese character as an escape
FEED_EXPORTERS = {
    "jsonl": "crawler.feeds.exporters.JsonLinesExporter",
    "jsonlines": "crawler.feeds.exporters.JsonLinesExporter",
    "jl": "crawler.feeds.exporters.JsonLinesExporter",
    "parquet": "crawler.feeds.exporters.ParquetExporter",
    "sqlite": "crawler.feeds.exporters.SqliteExporter",
    "gz": "crawler.feeds.exporters.GzipLinesExporter",  # .jsonl.gz
    "zst": "crawler.feeds.exporters.ZstdLinesExporter",  # .jsonl.zst
    "csv": "crawler.feeds.spreadsheets.ReportCsvExporter",
    "facts-csv": "crawler.feeds.spreadsheets.FactsCsvExporter",  # NAME.facts.csv
    "facts-parquet": "crawler.feeds.exporters.FactsParquetExporter",  # NAME.facts.parquet
    "xlsx": "crawler.feeds.spreadsheets.WorkbookExporter",
    "json": "crawler.feeds.documents.JsonExporter",
    "xml": "crawler.feeds.documents.XmlExporter",
    "marshal": None,  # Scrapy's; it can hold no report
}
FEED_STORAGES = {
    "": "crawler.feeds.storages.WholeFileStorage",
    "file": "crawler.feeds.storages.WholeFileStorage",
    "s3": "crawler.feeds.buckets.BucketFile",
    "sqlite": "crawler.stores.feed.StoreStorage",
    "duckdb": "crawler.stores.feed.StoreStorage",
    "postgresql": "crawler.stores.feed.StoreStorage",
    "dataset": "crawler.feeds.batches.DatasetStorage",
    "opensearch": "crawler.feeds.opensearch.OpenSearchStorage",
    "opensearch+https": "crawler.feeds.opensearch.OpenSearchStorage",
    "kafka": "crawler.feeds.kafka.KafkaStorage",
}
FEED_ONLY = ""  # e.g. "annual_report official": which reports go into feeds (crawler.feeds.filters)
LOADS = "data/loads"  # items for a store wait here until it has them

# --- re-parse ---
REPARSE_UNIT_BYTES = 2 << 20  # of a file, done at once: some 170 pages, one or two seconds

# --- stages: the same classes, in the same order, as crawler.pipelines.stages() ---
ITEM_PIPELINES = {
    "crawler.pipelines.ExtractDocument": 200,
    "crawler.pipelines.CleanDocument": 300,
    "crawler.pipelines.ParseReport": 400,
    "crawler.pipelines.CheckReport": 500,
    "crawler.pipelines.MarkSeenPayload": 600,
    "crawler.copies.MarkCopy": 700,
}

_FROM_ENVIRONMENT = (
    "ARCHIVE_URL",
    "LEDGER_URL",
    "QUEUE_URL",
    "RUNS_URL",
    "JOB",
    "REGISTRY",
    "SCHEDULE",
    "S3_ENDPOINT_URL",
    "PRIVATE_NETWORKS_ALLOWED",
    "DOWNLOAD_DELAY",
    "CRAWL_HOURS",
    "WAIT_FOR_HOURS",
    "RETRY_AFTER_MAX",
    "USER_AGENT",
    "BROWSER_PATH",
    "PAGES_PER_SECTION",
    "PAGES_PER_HOST",
    "BLANK_PAGES",
    "WALK_DEPTH",
    "WALK_HUBS",
    "PATH_REPEATS",
    "CHALLENGES_PER_HOST",
    "RECHECK_DAYS",
    "SKIP_ROWS",
    "FEED_ONLY",
    "ALARM_FILE",
    "ALARM_WEBHOOK",
    "ALARM_MAIL",
    "ALARM_SMTP",
    "ALARM_SENDER",
    "LOADS",
    "LOG_JSON",
    "LOG_LEVEL",
    "WARC_MAX_SECONDS",
)
_DEFAULTS = {name: globals()[name] for name in _FROM_ENVIRONMENT}  # they say what each must be
globals().update({name: os.environ[name] for name in _FROM_ENVIRONMENT if name in os.environ})
