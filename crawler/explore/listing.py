"""The lists that can be worked through, and what is known of each portal: SQL over the store.

Written out by `summary` as tables, each in a lasting order, so that a page shows a part of a list
and CSV gives it whole. What a list holds is said once, here.
"""

from __future__ import annotations

_REPORT = """documents.report_id, documents.organ_id, documents.agency_name, documents.year,
    documents.title, documents.url"""
_ORDER = "ORDER BY documents.agency_name, documents.year, documents.report_id"

#: Findings of cleaning by which a name, a date or a figure was put back that the page had lost.
_RESTORED = f"""
SELECT {_REPORT}, spam.kind, spam.quote, spam.replacement, spam.action, spam.rule, spam.count
FROM documents JOIN spam ON spam.reading_id = documents.reading_id
WHERE spam.action IN ('restored', 'flagged')
{_ORDER}, spam.position
"""  # noqa: S608 (names of our own, as below)

_BROKEN = f"""
SELECT {_REPORT}, checks.rule, checks."where", checks.detail
FROM documents JOIN checks ON checks.reading_id = documents.reading_id
WHERE checks.status = 'fail'
{_ORDER}, checks.position
"""  # noqa: S608

#: What two reports of an organ state that cannot both be right, each side with its report.
_CONFLICTS = """
SELECT findings.rule, findings.organ_id, organs.name AS agency_name, findings.metric,
    l.year, l.report_id, findings.left_value, r.year AS other_year, r.report_id AS other_report_id,
    findings.right_value, findings.detail
FROM findings
JOIN reports AS l ON l.reading_id = findings.left_reading_id
JOIN reports AS r ON r.reading_id = findings.right_reading_id
LEFT JOIN organs ON organs.organ_id = findings.organ_id
ORDER BY findings.rule, organs.name, l.year, findings.metric, findings.finding_id
"""

#: Captures of whatever kind of which something could not be read.
_UNREADABLE = """
SELECT c.capture_id, c.report_id, c.kind, c.organ_id, c.agency_name, c.year, c.title,
    captures.final_url AS url, captures.fetched_at, c.warnings
FROM "current" AS c JOIN captures ON captures.capture_id = c.capture_id
WHERE c.warnings <> '[]'
ORDER BY c.agency_name, c.year, c.capture_id
"""

#: Name of the list → its query.
LISTS = {
    "broken": _BROKEN,
    "restored": _RESTORED,
    "conflicts": _CONFLICTS,
    "unreadable": _UNREADABLE,
}

#: A row a portal. A report is new with its first capture; a page that cleaning found planted
#: things on, or a host that speaks for no organ, has been hacked or has changed hands.
_PORTALS = """
SELECT portals.portal_id, portals.name, portals.region_code, portals.region, portals.home,
    portals.verified, count(c.capture_id) AS captures, max(captures.fetched_at) AS last_capture,
    count(DISTINCT CASE WHEN c.kind = 'annual_report' THEN c.report_id END) AS reports,
    (SELECT max(first) FROM (
        SELECT min(captures.fetched_at) AS first
        FROM reports JOIN captures ON captures.capture_id = reports.capture_id
        WHERE reports.source_portal = portals.portal_id AND reports.kind = 'annual_report'
        GROUP BY reports.report_id)) AS last_new_report,
    max(CASE WHEN c.kind = 'annual_report' THEN c.year END) AS last_year,
    count(CASE WHEN c.warnings <> '[]' THEN 1 END) AS unreadable,
    count(CASE WHEN c.source_official = 0 THEN 1 END) AS unofficial
FROM portals
LEFT JOIN "current" AS c ON c.source_portal = portals.portal_id
LEFT JOIN captures ON captures.capture_id = c.capture_id
GROUP BY portals.portal_id
ORDER BY portals.region_code, portals.portal_id
"""
PORTALS = {"portals": _PORTALS}
