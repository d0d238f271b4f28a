"""The description beside each export, tried by the tool of those who wrote the standard."""

from __future__ import annotations

import json
import subprocess
import sys

import orjson
import pyarrow.parquet as pq
import pytest
from backports import zstd

from crawler.feeds import exporters, spreadsheets
from crawler.feeds.batches import DatasetStorage
from crawler.feeds.datapackage import FORMS, describe
from parsers.items import Agency, as_item
from tests.conftest import a_report
from tests.test_exporters import exported

REPORTS = (
    a_report(1),
    a_report(2, year=None, period=None, duplicate_of=None, facts=[], title='=1\n"a",b'),
    a_report(3, year=2022, agency=Agency(name=None), title=None, published_on="2023-01-31"),
)
EXPORTS = {
    "reports.csv": ("csv", spreadsheets.ReportCsvExporter),
    "reports.facts.csv": ("facts-csv", spreadsheets.FactsCsvExporter),
    "年报 2023.xlsx": ("xlsx", spreadsheets.WorkbookExporter),
    "reports.parquet": ("parquet", exporters.ParquetExporter),
    "reports.facts.parquet": ("facts-parquet", exporters.FactsParquetExporter),
    "reports.jsonl": ("jsonl", exporters.JsonLinesExporter),
    "reports.jsonl.gz": ("gz", exporters.GzipLinesExporter),
    "reports.jsonl.zst": ("zst", exporters.ZstdLinesExporter),
}
#: What Frictionless reads without pandas or a decompressor of its own; the rest is read here.
READ = [name for name in EXPORTS if not name.endswith(("parquet", "zst"))]


@pytest.fixture
def described(tmp_path):
    """Writes an export and its package; gives the package's path."""

    def written(name):
        form, exporter = EXPORTS[name]
        (tmp_path / name).write_bytes(exported(exporter, *REPORTS))
        describe(tmp_path / name, form)
        return tmp_path / f"{name}.datapackage.json"

    return written


@pytest.fixture
def dataset(tmp_path):
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b"".join(orjson.dumps(as_item(each)) + b"\n" for each in REPORTS))
    DatasetStorage(f"dataset:{tmp_path / 'panel'}", folder=tmp_path / "loads").take(feed)
    return tmp_path / "panel" / "datapackage.json"


def frictionless(command, package):
    """Run the tool in a process of its own: it needs a second to load, and warns of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", command, package.name, "--json"],
        cwd=package.parent, capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", READ)
def test_an_export_is_what_its_package_says(described, name):
    found = frictionless("validate", described(name))
    assert found["valid"], found
    rows = {task["name"]: task["stats"]["rows"] for task in found["tasks"]}
    assert rows == {
        "年报 2023.xlsx": {"reports": 3, "facts": 2, "columns": _columns()},
        "reports.facts.csv": {"facts": 2},
    }.get(name, {"reports": 3})


def _columns():
    return len(spreadsheets.REPORT_COLUMNS) + len(spreadsheets.FACT_COLUMNS)


def test_the_tool_sees_a_column_that_the_package_has_and_the_file_has_not(described):
    package = described("reports.csv")
    told = json.loads(package.read_text())
    told["resources"][0]["schema"]["fields"].append({"name": "more", "type": "string"})
    package.write_text(json.dumps(told))
    assert not frictionless("validate", package)["valid"]


#: Type of a package's field → what a value of it is.
VALUES = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict,
}  # fmt: skip


def faults(fields, read):
    """What the rows of a file hold that its package does not say, a word a cell."""
    found = []
    for row in read:
        if list(row) != [each["name"] for each in fields]:
            found.append(f"columns {list(row)}")
            continue
        for each in fields:
            value = row[each["name"]]
            if value is not None and type(value) is not VALUES[each["type"]]:
                found.append(f"{each['name']}: {value!r} is no {each['type']}")
    return found


def read_rows(path):
    """The rows of a file that the tool cannot read, as their own readers give them."""
    if path.name.endswith(".zst"):
        return [json.loads(line) for line in zstd.decompress(path.read_bytes()).splitlines()]
    return pq.ParquetFile(path).read().to_pylist()


@pytest.mark.parametrize("name", sorted(set(EXPORTS) - set(READ)))
def test_the_rows_of_an_export_are_as_its_package_says(described, name):
    package = described(name)
    (resource,) = json.loads(package.read_text())["resources"]
    read = read_rows(package.parent / resource["path"])
    assert len(read) == (2 if "facts" in name else 3)
    assert faults(resource["schema"]["fields"], read) == []


def test_the_rows_of_a_dataset_are_as_its_package_says(dataset):
    counts = {}
    for resource in json.loads(dataset.read_text())["resources"]:
        for path in resource["path"]:
            read = read_rows(dataset.parent / path)
            counts[resource["name"]] = counts.get(resource["name"], 0) + len(read)
            assert faults(resource["schema"]["fields"], read) == []
    assert counts == {"reports": 3, "facts": 2}


def test_a_row_that_is_not_as_its_package_says_is_seen():
    fields = [{"name": "year", "type": "integer"}, {"name": "title", "type": "string"}]
    rows = [{"year": 2023, "title": None}, {"year": "2023", "title": ""}, {"title": "", "year": 1}]
    assert faults(fields, rows) == ["year: '2023' is no integer", "columns ['title', 'year']"]


@pytest.mark.parametrize("name", ["reports.parquet", "reports.facts.parquet"])
def test_a_parquet_file_has_the_columns_of_its_package(described, name):
    package = described(name)
    (resource,) = json.loads(package.read_text())["resources"]
    assert _fields(resource) == pq.read_schema(package.with_name(name)).names


def test_the_year_of_a_dataset_is_in_its_folders_and_no_field_of_its_files(dataset):
    resources = json.loads(dataset.read_text())["resources"]
    assert [each["name"] for each in resources] == ["reports", "facts"]
    for resource in resources:
        for path in resource["path"]:
            assert "/year=" in path
            assert _fields(resource) == pq.ParquetFile(dataset.parent / path).schema_arrow.names
            assert "year" not in _fields(resource)


def _fields(resource):
    return [each["name"] for each in resource["schema"]["fields"]]


def test_each_sheet_of_a_long_workbook_is_described(described, monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS", 3)
    package = described("年报 2023.xlsx")
    resources = json.loads(package.read_text())["resources"]
    sheets = [(each["name"], each["dialect"]["sheetName"]) for each in resources]
    assert sheets[:3] == [("reports", "reports"), ("facts", "facts"), ("reports-2", "reports 2")]
    found = frictionless("validate", package)
    assert found["valid"], found


@pytest.mark.parametrize("name", ["reports.jsonl.zst", "reports.parquet"])
def test_a_package_that_the_tool_cannot_read_through_is_a_package(described, name):
    package = json.loads(described(name).read_text())
    check = "import sys, json; from frictionless import Package; "
    check += "Package.from_descriptor(json.load(sys.stdin))"
    text = json.dumps(package).encode()
    subprocess.run([sys.executable, "-c", check], input=text, check=True, capture_output=True)
    broken = json.dumps({**package, "resources": [{"name": "no path", "path": 3}]}).encode()
    assert subprocess.run(
        [sys.executable, "-c", check], input=broken, check=False, capture_output=True
    ).returncode


def test_every_format_that_is_described_is_tried():
    tried = {form for form, _ in EXPORTS.values()} | {"dataset", "jl", "jsonlines"}
    assert tried == set(FORMS)
