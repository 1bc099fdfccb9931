"""`manage.py backup [FILE]`: database and uploads in one file."""

from __future__ import annotations

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.refusals import Refused
from desk import backup


class Command(BaseCommand):
    help = "Copy the database and every upload into one file that only its owner can read."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: backups/ in the data folder, named by the second"
        )
        parser.add_argument(
            "--with-key", action="store_true", help="put the secret key in as well: guard the file like it"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards keep only the N newest in that folder")

    def handle(self, *args, file: Path | None, with_key: bool, keep: int | None, **options) -> None:
        began = time.monotonic()
        try:
            made = backup.make((file or backup.default_file(timezone.now())).absolute(), with_key=with_key)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        except OSError as error:
            raise CommandError(f"The backup was not made: {error.strerror or error}.") from None
        seconds = time.monotonic() - began
        self.stdout.write(f"{made.file}")
        self.stdout.write(f"{made.rows} rows, {made.files} uploads, {made.size / 1e6:.1f} MB, {seconds:.1f} s")
        if not with_key:
            self.stdout.write(
                "The secret key is not in it. Keep a copy of the key elsewhere: without it, links in mail that was sent "
                "and second factors do not open any more."
            )
        if keep:
            for old in sorted(made.file.parent.glob("backup-*.tar"))[:-keep]:
                old.unlink()
