"""Write small DOCs ([MS-DOC] in a compound file): paragraphs, tables with spans, counted lists.

Written against the specification; what two other programs write was read alike. Each paragraph is
a list of runs (text, properties of characters) and the properties of the paragraph.
"""

from __future__ import annotations

import struct

from tests.parsers.documents.grids import rows_of

VANISH, DELETED = struct.pack("<HB", 0x083C, 1), struct.pack("<HB", 0x0800, 1)
IN_TABLE = struct.pack("<HB", 0x2416, 1)
_ROW_END = IN_TABLE + struct.pack("<HB", 0x2417, 1)
_TEXT_AT = 1024
_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def paragraph(*runs, end="\r", properties=b""):
    """Return a paragraph: runs are texts, or texts with properties."""
    return ([run if isinstance(run, tuple) else (run, b"") for run in runs], end, properties)


def listed(text, level, name=1):
    """Return a paragraph of list `name` that Word numbers by itself."""
    return paragraph(text, properties=struct.pack("<HBHH", 0x260A, level, 0x460B, name))


def table(boxes, widths):
    """Return the paragraphs of a table: cells, and each row's end with where its cells lie."""
    stops = [0]
    for width in widths:
        stops.append(stops[-1] + width * 20)
    rows = rows_of(boxes)
    open_boxes = []
    out = []
    for n, row in enumerate(rows):
        open_boxes = [box for box in open_boxes if box.row + box.rowspan > n]
        cells = [(box, box.rowspan > 1) for box in row] + [(box, None) for box in open_boxes]
        cells.sort(key=lambda pair: pair[0].column)
        for box, begins in cells:
            text = "" if begins is None else box.text
            out.append(paragraph(text, end="\x07", properties=IN_TABLE))
        out.append(paragraph("", end="\x07", properties=_ROW_END + _definition(cells, stops)))
        open_boxes += [box for box in row if box.rowspan > 1]
    return out


def _definition(cells, stops):
    sides = [stops[cells[0][0].column]]
    sides += [stops[box.column + box.colspan] for box, _ in cells]
    flags = [{True: 3 << 5, None: 1 << 5, False: 0}[begins] for _, begins in cells]
    body = struct.pack("<B", len(cells)) + struct.pack(f"<{len(sides)}h", *sides)
    body += b"".join(struct.pack("<H18x", flag) for flag in flags)
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


def doc(*paragraphs, levels=(), narrow=False, flags=0, version=0x00C1):
    """Return a DOC; `levels` are (number format, text) of one list, %1 for a level's number."""
    text, runs, marks = "", [], []
    for parts, end, properties in paragraphs:
        for run, looks in [*parts, (end, b"")]:
            start = len(text)
            text += run
            runs.append((start, len(text), looks))
        marks.append((len(text), properties))
    width = 1 if narrow else 2
    raw = text.encode("cp1252" if narrow else "utf-16-le")
    length = len(raw) // width
    main = bytearray(_TEXT_AT) + raw
    main += bytes(-len(main) % _SECTOR)
    offset = lambda at: _TEXT_AT + len(text[:at].encode("cp1252" if narrow else "utf-16-le"))  # noqa: E731
    character_plc = _pages(
        main, [(offset(a), offset(b), looks) for a, b, looks in runs if a < b], _character_page
    )
    starts = [0, *(end for end, _ in marks)]
    paragraph_plc = _pages(
        main,
        [
            (offset(a), offset(b), struct.pack("<H", 0) + properties)
            for a, (b, properties) in zip(starts, marks, strict=False)
        ],
        _paragraph_page,
    )
    pieces = struct.pack(
        "<II2xIH", 0, length, (_TEXT_AT * 2 | 0x40000000) if narrow else _TEXT_AT, 0
    )
    pieces = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    lists, defined, names = _lists(levels)
    parts = {12: character_plc, 13: paragraph_plc, 33: pieces, 73: lists + defined, 74: names}
    streams = bytearray()
    for index, part in parts.items():
        size = len(lists) if index == 73 else len(part)
        struct.pack_into("<II", main, 154 + 8 * index, len(streams), size if part else 0)
        streams += part
    struct.pack_into("<HH", main, 0, 0xA5EC, version)
    struct.pack_into("<H", main, 10, 0x0200 | flags)
    struct.pack_into("<I", main, 76, length)
    return compound({"WordDocument": bytes(main), "1Table": bytes(streams)})


def _lists(levels):
    if not levels:
        return b"", b"", b""
    head = struct.pack("<Ii18xBB", 7, 0, 0, 0)
    defined = b""
    for n in range(9):
        form, text = levels[n] if n < len(levels) else (255, "")
        for place in range(9):
            text = text.replace(f"%{place + 1}", chr(place))
        defined += struct.pack("<iBB9xB10xBB", 1, form, 0, 0, 0, 0)[:28].ljust(28, b"\0")
        defined += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    names = struct.pack("<I", 1) + struct.pack("<I12x", 7)
    return struct.pack("<H", 1) + head, defined, names


def _pages(main, runs, write):
    """Append pages of property runs to the main stream; return the table of them."""
    firsts, numbers = [], []
    while runs:
        taken, page = write(runs)
        firsts.append(runs[0][0])
        numbers.append(len(main) // _SECTOR)
        main += page
        last = runs[taken - 1][1]
        runs = runs[taken:]
    return struct.pack(f"<{len(firsts)}I", *firsts) + struct.pack(
        f"<I{len(numbers)}I", last, *numbers
    )


def _page(runs, entry, pack):
    """Fill one page from its end with as many runs as fit; `entry` bytes for each beside it."""
    places, end, taken = [], _SECTOR - 2, 0
    page = bytearray(_SECTOR)
    for _, _, raw in runs:
        packed = pack(raw)
        at = (end - len(packed)) // 2 * 2
        if 4 * (taken + 2) + entry * (taken + 1) > at or taken == 200:
            break
        page[at : at + len(packed)] = packed
        places.append(at // 2 if raw else 0)
        end, taken = at, taken + 1
    struct.pack_into(
        f"<{taken + 1}I", page, 0, *(a for a, _, _ in runs[:taken]), runs[taken - 1][1]
    )
    for n, place in enumerate(places):
        page[4 * (taken + 1) + entry * n] = place
    page[-1] = taken
    return taken, page


def _character_page(runs):
    return _page(runs, 1, lambda raw: bytes([len(raw)]) + raw)


def _paragraph_page(runs):
    def pack(raw):
        raw += bytes(len(raw) % 2)
        return b"\0" + bytes([len(raw) // 2]) + raw

    return _page(runs, 13, pack)


def compound(streams):
    """Return a compound file (OLE) of these streams, each in sectors of its own."""
    sectors, entries = [], [("Root Entry", 5, _END, 0)]
    chain = []
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")  # noqa: PLW2901 (shorter ones lie elsewhere)
        count = -(-len(content) // _SECTOR)
        start = len(sectors)
        entries.append((name, 2, start, len(content)))
        sectors += [
            content[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count)
        ]
        chain += [*range(start + 1, start + count), _END]
    directory = len(sectors)
    sectors.append(b"".join(_entry(n, *entry) for n, entry in enumerate(entries)).ljust(512, b"\0"))
    chain.append(_END)
    tables = -(-(len(chain) + 40) // 128)
    first = len(sectors)
    chain += [_FAT] * tables
    chain += [_FREE] * (128 * tables - len(chain))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    used = [*range(first, first + tables)]
    head += struct.pack("<109I", *used, *[_FREE] * (109 - tables))
    return head + b"".join(sectors) + struct.pack(f"<{len(chain)}I", *chain)


def _entry(n, name, kind, start, size):
    raw = name.encode("utf-16-le")
    child = 1 if kind == 5 else _FREE
    right = n + 1 if kind == 2 and n == 1 else _FREE
    return struct.pack(
        "<64sHBBIII16xIQQIQ", raw, len(raw) + 2, kind, 1, _FREE, right, child, 0, 0, 0, start, size
    )
