"""Bring locale/fr up to date with the texts in the sources; says what is still to be translated."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.catalog import gather


class Command(BaseCommand):
    help = "Update the French catalog from code and templates; --merge FILE takes translations from other PO files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merge", action="append", default=[], metavar="FILE", help="a PO file with translations")

    def handle(self, *args, merge: list[str], **options) -> None:
        target = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"
        known = [_read(Path(file)) for file in merge]
        if target.exists():
            known.append(_read(target))
        fresh = Catalog(locale="fr", project="collaborative", charset="utf-8", fuzzy=False)
        for message in gather(settings.BASE_DIR):
            if message.id:
                flags = [flag for flag in message.flags if flag != "fuzzy"]
                fresh.add(
                    message.id, _translation(message, known), locations=message.locations, flags=flags,
                    context=message.context,
                )  # fmt: skip
        with target.open("wb") as file:
            write_po(file, fresh, sort_output=True, include_lineno=False, width=110, omit_header=False)
        missing = [message for message in fresh if message.id and not _complete(message)]
        for message in missing:
            self.stdout.write(
                f"{message.locations[0][0]}: {message.id!r}" + (f" [{message.context}]" if message.context else "")
            )
        self.stdout.write(f"{len(fresh)} texts, {len(missing)} to translate")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def _translation(message, known: list[Catalog]):
    for catalog in known:
        found = catalog.get(message.id, context=message.context)
        # What was one sentence before and has a plural now is translated anew.
        if found is not None and _complete(found) and isinstance(found.string, str) == isinstance(message.id, str):
            return found.string
    return ("", "") if isinstance(message.id, list | tuple) else ""


def _complete(message) -> bool:
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)
