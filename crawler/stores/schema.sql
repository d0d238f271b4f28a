CREATE TABLE captures (
	capture_id TEXT NOT NULL,
	url TEXT NOT NULL,
	final_url TEXT NOT NULL,
	fetched_at TEXT NOT NULL,
	archive_filename TEXT NOT NULL,
	archive_offset INTEGER NOT NULL,
	archive_length INTEGER NOT NULL,
	archive_record_id TEXT NOT NULL,
	archive_payload_digest TEXT NOT NULL,
	PRIMARY KEY (capture_id)
);

CREATE TABLE corrections (
	correction_id TEXT NOT NULL,
	report_id TEXT NOT NULL,
	metric TEXT NOT NULL,
	old_value DOUBLE,
	new_value DOUBLE,
	who TEXT NOT NULL,
	made_at TEXT NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (correction_id)
);

CREATE TABLE findings (
	finding_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	organ_id TEXT NOT NULL,
	metric TEXT NOT NULL,
	left_reading_id TEXT NOT NULL,
	left_year INTEGER NOT NULL,
	left_value DOUBLE NOT NULL,
	left_evidence TEXT,
	left_url TEXT NOT NULL,
	left_capture_id TEXT NOT NULL,
	right_reading_id TEXT NOT NULL,
	right_year INTEGER NOT NULL,
	right_value DOUBLE NOT NULL,
	right_evidence TEXT,
	right_url TEXT NOT NULL,
	right_capture_id TEXT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (finding_id)
);

CREATE TABLE organs (
	organ_id TEXT NOT NULL,
	name TEXT NOT NULL,
	name_year INTEGER,
	region_code TEXT,
	region TEXT,
	level TEXT,
	type TEXT,
	site_id TEXT,
	PRIMARY KEY (organ_id)
);

CREATE TABLE portals (
	portal_id TEXT NOT NULL,
	name TEXT,
	region_code TEXT,
	region TEXT,
	home TEXT,
	verified BOOLEAN,
	PRIMARY KEY (portal_id)
);

CREATE TABLE runs (
	run_id TEXT NOT NULL,
	source TEXT NOT NULL,
	loaded_at TEXT NOT NULL,
	items INTEGER NOT NULL,
	added INTEGER NOT NULL,
	PRIMARY KEY (run_id)
);

CREATE TABLE successions (
	organ_id TEXT NOT NULL,
	name TEXT NOT NULL,
	successor_id TEXT NOT NULL,
	successor TEXT NOT NULL,
	year INTEGER NOT NULL,
	reform TEXT NOT NULL,
	PRIMARY KEY (organ_id)
);

CREATE TABLE reports (
	reading_id TEXT NOT NULL,
	capture_id TEXT NOT NULL,
	parser_version TEXT NOT NULL,
	parser_order TEXT NOT NULL,
	schema_version TEXT NOT NULL,
	report_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	source_portal TEXT,
	source_official BOOLEAN NOT NULL,
	source_mirror_of TEXT,
	title TEXT,
	organ_id TEXT,
	agency_name TEXT,
	agency_evidence TEXT,
	agency_id TEXT,
	agency_region_code TEXT,
	agency_region TEXT,
	agency_level TEXT,
	agency_type TEXT,
	agency_site_id TEXT,
	year INTEGER,
	period_start TEXT,
	period_end TEXT,
	published_on TEXT,
	index_number TEXT,
	document_number TEXT,
	template TEXT,
	script TEXT NOT NULL,
	text TEXT NOT NULL,
	attached_to_url TEXT,
	attached_to_link_text TEXT,
	attached_to_report_id TEXT,
	duplicate_of_capture_id TEXT,
	duplicate_of_kind TEXT,
	duplicate_of_similarity DOUBLE,
	warnings TEXT NOT NULL,
	item_digest TEXT NOT NULL,
	PRIMARY KEY (reading_id),
	FOREIGN KEY(capture_id) REFERENCES captures (capture_id)
);

CREATE TABLE attachments (
	reading_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	url TEXT NOT NULL,
	link_text TEXT NOT NULL,
	filename TEXT NOT NULL,
	PRIMARY KEY (reading_id, position),
	FOREIGN KEY(reading_id) REFERENCES reports (reading_id)
);

CREATE TABLE checks (
	reading_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	rule TEXT NOT NULL,
	"where" TEXT NOT NULL,
	status TEXT NOT NULL,
	detail TEXT,
	PRIMARY KEY (reading_id, position),
	FOREIGN KEY(reading_id) REFERENCES reports (reading_id)
);

CREATE TABLE facts (
	reading_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	metric TEXT NOT NULL,
	value DOUBLE NOT NULL,
	unit TEXT NOT NULL,
	scope TEXT NOT NULL,
	label TEXT NOT NULL,
	method TEXT NOT NULL,
	start INTEGER NOT NULL,
	"end" INTEGER NOT NULL,
	qualifier TEXT NOT NULL,
	evidence TEXT NOT NULL,
	PRIMARY KEY (reading_id, position),
	FOREIGN KEY(reading_id) REFERENCES reports (reading_id)
);

CREATE TABLE sections (
	reading_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	level INTEGER NOT NULL,
	number TEXT NOT NULL,
	title TEXT NOT NULL,
	start INTEGER NOT NULL,
	"end" INTEGER NOT NULL,
	PRIMARY KEY (reading_id, position),
	FOREIGN KEY(reading_id) REFERENCES reports (reading_id)
);

CREATE TABLE spam (
	reading_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	kind TEXT NOT NULL,
	quote TEXT NOT NULL,
	action TEXT NOT NULL,
	rule TEXT NOT NULL,
	replacement TEXT,
	count INTEGER NOT NULL,
	PRIMARY KEY (reading_id, position),
	FOREIGN KEY(reading_id) REFERENCES reports (reading_id)
);

CREATE INDEX corrections_by_document ON corrections (report_id, metric);

CREATE INDEX reports_by_capture ON reports (capture_id);

CREATE INDEX reports_by_document ON reports (report_id);

CREATE INDEX reports_by_organ ON reports (organ_id, year);

CREATE INDEX facts_by_metric ON facts (metric);

CREATE VIEW "current" AS SELECT * FROM reports
WHERE NOT EXISTS (
    SELECT 1 FROM reports AS later
    WHERE later.capture_id = reports.capture_id AND later.parser_order > reports.parser_order
);

CREATE VIEW "documents" AS SELECT
    report_id, capture_id, reading_id, parser_version, organ_id, agency_name, year, title,
    template, kind, source_official
, published_on, url, fetched_at FROM (
    SELECT c.report_id, c.capture_id, c.reading_id, c.parser_version, c.organ_id, c.agency_name,
        c.year, c.title, c.template, c.kind, c.source_official, c.published_on,
        captures.final_url AS url, captures.fetched_at,
        row_number() OVER (PARTITION BY c.report_id ORDER BY
    source_official DESC,
    CASE WHEN EXISTS (SELECT 1 FROM facts WHERE facts.reading_id = c.reading_id)
         THEN 0 ELSE 1 END,
    captures.fetched_at DESC, c.capture_id
) AS place
    FROM "current" AS c JOIN captures ON captures.capture_id = c.capture_id
    WHERE c.kind = 'annual_report'
) AS ordered WHERE place = 1;

CREATE VIEW "corrected" AS SELECT report_id, metric, new_value, who, why FROM (
    SELECT corrections.*, row_number() OVER (
        PARTITION BY report_id, metric ORDER BY made_at DESC, correction_id) AS place
    FROM corrections
) AS ordered WHERE place = 1;

CREATE VIEW "facts_current" AS SELECT documents.report_id, documents.organ_id, documents.agency_name, documents.year,
    facts.metric,
    CASE WHEN corrected.who IS NULL OR facts.scope <> 'organ' THEN facts.value
         ELSE corrected.new_value END AS value,
    facts.unit, facts.scope, facts.method, facts.qualifier, facts.value AS parsed_value,
    CASE WHEN facts.scope = 'organ' THEN corrected.who END AS corrected_by,
    facts.evidence, facts.start, facts."end", facts.position, documents.url,
    documents.capture_id, documents.reading_id
FROM documents
JOIN facts ON facts.reading_id = documents.reading_id
LEFT JOIN corrected ON corrected.report_id = documents.report_id
    AND corrected.metric = facts.metric
UNION ALL
SELECT documents.report_id, documents.organ_id, documents.agency_name, documents.year,
    corrected.metric, corrected.new_value, NULL, 'organ', 'correction', 'exact', NULL,
    corrected.who, NULL, NULL, NULL, NULL, documents.url, documents.capture_id,
    documents.reading_id
FROM documents
JOIN corrected ON corrected.report_id = documents.report_id
WHERE NOT EXISTS (
    SELECT 1 FROM facts
    WHERE facts.reading_id = documents.reading_id AND facts.metric = corrected.metric
        AND facts.scope = 'organ'
);

CREATE VIEW "organ_years" AS SELECT * FROM (
    SELECT documents.*, row_number() OVER (
        PARTITION BY organ_id, year
        ORDER BY source_official DESC,
            CASE WHEN EXISTS (SELECT 1 FROM facts WHERE facts.reading_id = documents.reading_id)
                 THEN 0 ELSE 1 END,
            fetched_at DESC, report_id) AS place
    FROM documents WHERE organ_id IS NOT NULL AND year IS NOT NULL
) AS ordered WHERE place = 1;

CREATE VIEW "stated" AS SELECT report_id, metric, value, evidence FROM (
    SELECT report_id, metric, value,
        CASE WHEN corrected_by IS NULL THEN evidence END AS evidence, row_number() OVER (
        PARTITION BY report_id, metric
        ORDER BY CASE method WHEN 'correction' THEN 0 WHEN 'table' THEN 1 ELSE 2 END, position
    ) AS place
    FROM facts_current WHERE scope = 'organ'
) AS ordered WHERE place = 1;

CREATE VIEW "panel" AS SELECT organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.url,
    coalesce(successions.successor_id, organs.organ_id) AS successor_id,
    max(CASE WHEN stated.metric = 'proactive.total' THEN stated.value END) AS proactive,
    coalesce(max(CASE WHEN stated.metric = 'requests.new.total' THEN stated.value END), max(CASE WHEN stated.metric = 'requests.received' THEN stated.value END)) AS received,
    max(CASE WHEN stated.metric = 'requests.carried_in.total' THEN stated.value END) AS carried_in,
    coalesce(max(CASE WHEN stated.metric = 'requests.total.total' THEN stated.value END), max(CASE WHEN stated.metric = 'requests.answered' THEN stated.value END)) AS answered,
    coalesce(max(CASE WHEN stated.metric = 'requests.granted.total' THEN stated.value END), max(CASE WHEN stated.metric = 'requests.answered.granted' THEN stated.value END)) AS granted,
    coalesce(max(CASE WHEN stated.metric = 'requests.partially_granted.total' THEN stated.value END), max(CASE WHEN stated.metric = 'requests.answered.partially_granted' THEN stated.value END)) AS partially_granted,
    coalesce(max(CASE WHEN stated.metric = 'requests.refused.state_secret.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.other_law.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.security.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.third_party.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.internal_affairs.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.process.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.enforcement_file.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'requests.refused.inquiry.total' THEN stated.value END), max(CASE WHEN stated.metric = 'requests.answered.refused' THEN stated.value END)) AS refused,
    max(CASE WHEN stated.metric = 'requests.carried_out.total' THEN stated.value END) AS carried_out,
    coalesce(max(CASE WHEN stated.metric = 'remedies.review.total' THEN stated.value END), max(CASE WHEN stated.metric = 'review.total' THEN stated.value END)) AS review,
    coalesce(max(CASE WHEN stated.metric = 'remedies.litigation_direct.total' THEN stated.value END) + max(CASE WHEN stated.metric = 'remedies.litigation_after_review.total' THEN stated.value END), max(CASE WHEN stated.metric = 'litigation.total' THEN stated.value END)) AS litigation
FROM organ_years
JOIN organs ON organs.organ_id = organ_years.organ_id
LEFT JOIN successions ON successions.organ_id = organ_years.organ_id
LEFT JOIN stated ON stated.report_id = organ_years.report_id
GROUP BY organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.url, successions.successor_id;

CREATE VIEW "broken_checks" AS SELECT documents.organ_id, documents.agency_name, documents.year, checks.rule, checks."where",
    checks.detail, documents.title, documents.url, documents.reading_id
FROM checks JOIN documents ON documents.reading_id = checks.reading_id
WHERE checks.status = 'fail';

CREATE VIEW "coverage" AS SELECT organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.source_official AS official,
    (SELECT count(*) FROM facts WHERE facts.reading_id = organ_years.reading_id) AS facts,
    (SELECT count(*) FROM checks WHERE checks.reading_id = organ_years.reading_id
        AND checks.status = 'fail') AS broken_checks,
    (SELECT count(*) FROM spam WHERE spam.reading_id = organ_years.reading_id) AS hacked
FROM organ_years JOIN organs ON organs.organ_id = organ_years.organ_id;

CREATE VIEW "organ_names" AS SELECT organ_id, agency_name AS name, min(year) AS first_year, max(year) AS last_year
FROM "current" WHERE organ_id IS NOT NULL AND agency_name IS NOT NULL
GROUP BY organ_id, agency_name;

CREATE VIEW "lineage" AS SELECT organ_id AS successor_id, name AS successor, organ_id, name, NULL AS merged_in, first_year,
    last_year
FROM organ_names
UNION ALL
SELECT successions.successor_id, successions.successor, organ_names.organ_id, organ_names.name,
    successions.year, organ_names.first_year, organ_names.last_year
FROM successions JOIN organ_names ON organ_names.organ_id = successions.organ_id;

CREATE VIEW "copies" AS SELECT capture_id, report_id, url, original_capture_id, original_report_id, original_url FROM (
    SELECT mirror.capture_id, mirror.report_id, copied.final_url AS url,
        original.capture_id AS original_capture_id, original.report_id AS original_report_id,
        official.final_url AS original_url,
        row_number() OVER (PARTITION BY mirror.reading_id
            ORDER BY official.fetched_at, original.capture_id) AS place
    FROM "current" AS mirror
    JOIN "current" AS original ON original.text = mirror.text
    JOIN captures AS copied ON copied.capture_id = mirror.capture_id
    JOIN captures AS official ON official.capture_id = original.capture_id
    WHERE mirror.kind = 'annual_report' AND NOT mirror.source_official
        AND original.kind = 'annual_report' AND original.source_official
        AND length(mirror.text) >= 200
) AS ordered WHERE place = 1;
