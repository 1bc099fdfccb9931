"""Compile locale/*/LC_MESSAGES/*.po to .mo files without needing gettext on the machine."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Build the compiled translations (done by start.py at every start)."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                with source.open("rb") as file:
                    catalog = read_po(file, locale=source.parts[-3])
                fresh = target.with_suffix(".mo.new")
                with fresh.open("wb") as file:
                    write_mo(file, catalog)
                fresh.replace(target)
                self.stdout.write(f"built {target.parent.parent.name}")
