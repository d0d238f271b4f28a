"""The application: Datasette over a store and its summary, our pages before its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from crawler.explore import hooks
from crawler.explore.opening import reader
from crawler.explore.site import TIME_LIMIT, Site
from crawler.stores import schema, views

if TYPE_CHECKING:
    from crawler.explore.replaying import Replay

_HERE = Path(__file__).parent
_SETTINGS = {
    "sql_time_limit_ms": TIME_LIMIT,
    "allow_download": False,
    "default_cache_ttl": 0,
    "truncate_cells_html": 300,
}


def application(
    store: Path, summary: Path, replay: Replay, runs: str | None = None, *, local: bool = True
) -> Any:
    """Return the Datasette that shows a store; its attribute `site` is ours.

    `runs` is where runs are recorded; `local`: it answers only who names this machine (`hooks`).
    """
    datasette = Datasette(
        template_dir=str(_HERE / "templates"),
        static_mounts=[("assets", str(_HERE / "static"))],
        settings=_SETTINGS,
        metadata=_metadata(),
    )
    datasette.remove_database("_memory")
    live = reader(store).endswith("mode=ro")
    datasette.add_database(Database(datasette, str(store), is_mutable=live), name="store")
    datasette.add_database(Database(datasette, str(summary), is_mutable=False), name="summary")
    datasette.site = Site(datasette, replay, runs, local)
    if not pm.is_registered(hooks):
        pm.register(hooks)
    return datasette


def _metadata() -> dict[str, Any]:
    """Return what Datasette says of tables and columns: the data dictionary."""
    tables: dict[str, Any] = {
        table.name: {
            "description": table.comment,
            "columns": {column.name: column.comment for column in table.columns},
        }
        for table in schema.METADATA.sorted_tables
    }
    meant = {name: {"description": meaning} for name, meaning in views.MEANINGS.items()}
    return {
        "databases": {
            "store": {"tables": {**tables, **meant}},
            "summary": {"tables": {name: meant[name] for name in ("panel", "documents")}},
        },
    }
