"""The pages written by hand, read from `written/*.txt`.

A page begins with `=== name | address | organ`, `-` for an organ that the registry does not know;
a fourth word says whose the host is (`Marked.whose`).
`@3` is the third line of `prose.txt`, a line that begins with `#` belongs into the head,
`!traditional` converts the page; any other line is a paragraph, or HTML where it begins with `<`.
"""

from __future__ import annotations

from pathlib import Path

from tests.parsers.cleaning_set.marked import Marked, organ

WHOSE = ("official", "sold", "copy")
_FOLDER = Path(__file__).with_name("written")
PROSE = (_FOLDER / "prose.txt").read_text("utf-8").splitlines()


def written() -> list[Marked]:
    """Return the pages by hand, in the order of their files."""
    return [
        page
        for path in sorted(_FOLDER.glob("*.txt"))
        if path.name != "prose.txt"
        for page in _pages(path.read_text("utf-8"))
    ]


def _pages(text: str) -> list[Marked]:
    parts = text.split("=== ")[1:]
    return [_page(*part.split("\n", 1)) for part in parts]


def _page(title: str, body: str) -> Marked:
    name, url, who, whose = (*map(str.strip, title.split(" | ")), "")[:4]
    lines = [line for line in body.splitlines() if line.strip()]
    head = "".join(line[2:] for line in lines if line.startswith("# "))
    inside = "\n".join(_line(line) for line in lines if not line.startswith(("# ", "!")))
    known = None if who == "-" else organ(who)
    return Marked(
        name,
        url,
        known,
        f"{head}</head><body>{inside}",
        "!traditional" in lines,
        whose if whose in WHOSE else "",
    )


def _line(line: str) -> str:
    if line.startswith("@"):
        line = PROSE[int(line[1:]) - 1]
    return line if line.startswith("<") else f"<p>{line}</p>"
