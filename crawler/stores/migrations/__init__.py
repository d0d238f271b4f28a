"""Steps of the store's schema, applied in order by Alembic; an applied step is never edited."""
