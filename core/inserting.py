"""Writing a row unless it stands already, without a second look at what became of it."""

from __future__ import annotations

from typing import Any

from django.db import connections, models, router
from django.db.models.expressions import DatabaseDefault


def insert_once(row: models.Model) -> bool:
    """Insert ``row`` unless another one is in its way (a unique constraint); return whether it is written now.

    One statement: ``bulk_create(ignore_conflicts=True)`` does not tell.
    """
    meta = row._meta
    connection = connections[router.db_for_write(type(row), instance=row)]
    values: dict[str, Any] = {}
    for field in meta.concrete_fields:
        value = field.pre_save(row, True)
        if not isinstance(value, DatabaseDefault):
            values[str(field.column)] = field.get_db_prep_save(value, connection)
    quoted = connection.ops.quote_name
    columns, places = ", ".join(map(quoted, values)), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING",  # nosec B608
            list(values.values()),
        )
        return cursor.rowcount == 1
