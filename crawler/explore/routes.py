"""Which path is answered by which page. Those of report, figure and capture are cited: they stay."""

from __future__ import annotations

from crawler.explore.coverage import coverage
from crawler.explore.organ import organ
from crawler.explore.report import capture, figure, report

#: Pattern of the path → handler. They are tried in order, before Datasette's own.
ROUTES = (
    (r"^/$", coverage),
    (r"^/organ/(?P<organ>[^/]+)$", organ),
    (r"^/report/(?P<report>[^/]+)$", report),
    (r"^/report/(?P<report>[^/]+)/figure/(?P<metric>[^/]+)$", figure),
    (r"^/capture/(?P<capture>[^/]+)$", capture),
)
