"""The one place where the environment of every child is made.

The settings read exactly these names, in development and in production.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from stack.data_folder import DataFolder
from stack.problems import Problem

DEVELOPMENT = "config.settings.dev"
TEST = "config.settings.test"
PRODUCTION = "config.settings.production"
ADDRESSES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL")


def port_of(environment: Mapping[str, str] = os.environ) -> int:
    """The port the pages are served on."""
    text = environment.get("PORT") or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Problem(f"PORT is {text!r}, and a port is a number between 1 and 65535.")
    return int(text)


def database_url(socket_folder: Path, database: str = "lc", user: str = "lc") -> str:
    """The address of a database behind a Unix socket.

    Both libpq and django-environ read this form (django-environ leaves a
    percent-encoded folder in the place of the host as it is).
    """
    return f"postgres://{user}@/{database}?host={quote(str(socket_folder))}"


def redis_url(socket: Path, number: int = 1) -> str:
    """The address of the cache behind a Unix socket."""
    return f"unix://{socket}?db={number}"


def broker_url(socket: Path) -> str:
    """The same server as Celery names it."""
    return f"redis+socket://{socket}"


def given_addresses(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The services that the person already has; they take the place of the embedded ones."""
    return {name: environment[name] for name in ADDRESSES if environment.get(name)}


def child_environment(
    folder: DataFolder,
    *,
    port: int,
    settings: str,
    addresses: Mapping[str, str],
    demo: bool,
    base: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """The environment of a child process.

    PG* variables would send libpq to another server; they are left out.
    What the person has set (SITE_URL, SECRET_KEY_FILE and so on) stays.
    """
    environment = {name: value for name, value in base.items() if not name.startswith("PG") and name != "PYTHONHOME"}
    if not environment.get("SITE_URL"):
        # On one's own machine both names of it answer.
        environment.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
    site = environment.get("SITE_URL") or f"http://localhost:{port}"
    key = environment.get("SECRET_KEY_FILE") or str(folder.secret_key)
    return {
        **environment,
        **addresses,
        "DATA_DIR": str(folder.path),
        "PORT": str(port),
        "SITE_URL": site,
        "SECRET_KEY_FILE": key,
        "DEMO": "1" if demo else "0",
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
