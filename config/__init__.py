"""The project's wiring. Importing it pins the time zone data before anything reads a zone.

Python prefers the system's zone files, which may be years old; Canadian clock law changed in 2026
(docs/decisions/0003-pinned-time-zones.md), so only the pinned ``tzdata`` package may answer.
"""

import zoneinfo

zoneinfo.reset_tzpath(to=[])

from config.celery import app as celery_app  # noqa: E402  (zones first)

__all__ = ["celery_app"]
