"""A file in parts: any cut, in any order, gives what one reading of the whole gives."""

from __future__ import annotations

import gc
import random

import pytest

from crawler.archive.locations import Counts
from crawler.archive.reader import read_captures
from crawler.engines.chain import misfits
from crawler.engines.selection import Selection
from crawler.engines.units import planned_files, units_of
from crawler.engines.work import Bench, Done, Job
from crawler.registry import Registry
from parsers.errors import ArchiveError
from tests.engines.archives import FILES, packed, page, write


def in_parts(path, size, seed=0):
    """Do the units of a file in any order and prove them; return them done, in order."""
    bench = Bench(Job({}, Registry(()), Selection()))
    units = list(units_of(planned_files([str(path)], {}, Counts()), size))
    todo, done = list(units), {}
    random.Random(seed).shuffle(todo)
    while todo:
        done |= {unit.number: bench.do(unit) for unit in todo}
        ends = {number: (each.begin, each.end) for number, each in done.items()}
        todo = []
        for misfit in misfits(units, ends):
            if isinstance(misfit, Done):
                done[misfit.number] = misfit
            else:
                todo.append(misfit)
    return [done[unit.number] for unit in units]


def facts_of(done):
    prints = [each for part in done for each in part.prints]
    return sum(part.captures for part in done), prints, [d for part in done for d in part.damages]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [211, 977, 4096])
def test_any_cut_of_a_file_gives_what_the_whole_gives(tmp_path, name, size):
    path = write(tmp_path / "in", FILES[name])
    counts = Counts()
    captures = list(read_captures([str(path)], counts=counts))
    whole = in_parts(path, 1 << 30)
    parts = in_parts(path, size, seed=size)
    assert len(parts) > len(whole) == 1
    assert facts_of(parts) == facts_of(whole)
    assert facts_of(whole)[0] == len(captures) > 3
    assert facts_of(whole)[2] == counts.damages


@pytest.mark.parametrize("bound", ["_BATCH", "_BATCH_BYTES"])
def test_pages_give_in_batches_what_each_gives_by_itself(tmp_path, monkeypatch, bound):
    path = write(tmp_path / "many", packed(*(page(number) for number in range(40))))
    (together,) = in_parts(path, 1 << 30)
    monkeypatch.setattr(f"crawler.engines.work.{bound}", 1)
    (alone,) = in_parts(path, 1 << 30)
    assert len(together.prints) == together.captures == 40
    assert together.part == alone.part
    assert facts_of([together]) == facts_of([alone])


def test_pages_that_unpack_to_far_more_than_their_bytes_stand_in_no_batch_together(
    tmp_path, monkeypatch
):
    bodies = [None, b"%PDF-1.4", b"%PDF-1.4", None, None, b"<p>" + b"x" * (1 << 20), None]
    pages = [page(number, body=body) for number, body in enumerate(bodies)]
    path = write(tmp_path / "some", packed(*pages))
    batches, whole = [], Bench._reports

    def noted(bench, pages, watch):
        batches.append([int(each.url[-6]) for each in pages])
        return whole(bench, pages, watch)

    monkeypatch.setattr(Bench, "_reports", noted)
    (done,) = in_parts(path, 1 << 30)
    assert batches == [[0, 1], [2], [3, 4, 5], [6]]
    assert len(done.prints) == len(bodies)


@pytest.mark.parametrize("stage", range(4))
def test_an_error_that_nobody_foresaw_names_its_page_in_the_midst_of_a_batch(
    tmp_path, monkeypatch, stage
):
    path = write(tmp_path / "in", FILES["gzip"])
    record = [each.ref for each in read_captures([str(path)])][5]
    (unit,) = units_of(planned_files([str(path)], {}, Counts()), 1 << 30)
    bench = Bench(Job({}, Registry(()), Selection()))
    staged, seen = bench._stages[stage][1], []

    def process_item(item):
        seen.append(item)
        if len(seen) > 5:
            raise ZeroDivisionError
        return type(staged).process_item(staged, item)

    monkeypatch.setattr(staged, "process_item", process_item, raising=False)
    with pytest.raises(ZeroDivisionError) as error:
        bench.do(unit)
    place = f"a.warc.gz, byte {record.offset}"
    assert error.value.__notes__ == [f"the page: http://www.yunze.gov.cn/5.html ({place})"]


def test_an_archive_inside_a_record_misleads_no_part_for_good(tmp_path):
    path = write(tmp_path / "in", FILES["nested"])
    bench = Bench(Job({}, Registry(()), Selection()))
    units = list(units_of(planned_files([str(path)], {}, Counts()), 211))
    guessed = sum(bench.do(unit).captures for unit in units)
    proved = sum(part.captures for part in in_parts(path, 211))
    assert proved < guessed


def test_a_unit_that_cannot_be_read_leaves_the_collector_as_it_was(tmp_path):
    path = write(tmp_path / "in", FILES["gzip"])
    (unit,) = units_of(planned_files([str(path)], {}, Counts()), 1 << 30)
    path.unlink()
    usual = gc.get_threshold()
    with pytest.raises(ArchiveError):
        Bench(Job({}, Registry(()), Selection())).do(unit)
    assert gc.get_threshold() == usual
