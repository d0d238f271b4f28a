"""Write the table of divisions anew: python -m tests.parsers.divisions."""

from tests.parsers.divisions import TABLE, table

TABLE.write_text(table(), encoding="utf-8")
