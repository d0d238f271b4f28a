"""Which path is answered by which page. Those of report, figure and capture stay."""

from __future__ import annotations

from crawler.explore.compare import compare
from crawler.explore.coverage import coverage
from crawler.explore.organ import organ
from crawler.explore.portals import portals
from crawler.explore.quality import quality, worklist
from crawler.explore.report import capture, figure, report
from crawler.explore.searching import data, search

#: Pattern of the path → handler. They are tried in order, before Datasette's own.
ROUTES = (
    (r"^/$", coverage),
    (r"^/organ/(?P<organ>[^/]+)$", organ),
    (r"^/report/(?P<report>[^/]+)$", report),
    (r"^/report/(?P<report>[^/]+)/figure/(?P<metric>[^/]+)$", figure),
    (r"^/capture/(?P<capture>[^/]+)$", capture),
    (r"^/compare$", compare),
    (r"^/portals$", portals),
    (r"^/quality$", quality),
    (r"^/quality/(?P<list>[^/]+)$", worklist),
    (r"^/search$", search),
    (r"^/data$", data),
)
