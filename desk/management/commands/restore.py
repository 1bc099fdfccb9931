"""`manage.py restore FILE`: back from a backup, or with --drill only the proof that one could."""

from __future__ import annotations

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refused
from desk import backup


class Command(BaseCommand):
    help = "Bring a backup back into an empty database; sending stays paused until somebody resumes it."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="with --drill by default the newest in backups/")
        parser.add_argument(
            "--drill", action="store_true", help="into a throw-away server only: proves the file is good"
        )
        parser.add_argument("--force", action="store_true", help="into a database that is not empty (with --erase)")
        parser.add_argument(
            "--erase", default="", metavar="DATABASE", help="the name of the database to be lost, typed out"
        )
        parser.add_argument("--with-key", action="store_true", help="take the secret key from the archive as well")

    def handle(self, *args, file: Path | None, drill: bool, force: bool, erase: str, with_key: bool, **options) -> None:
        if force != bool(erase):
            raise CommandError("To lose what is in a database, say both: --force --erase NAME-OF-THE-DATABASE.")
        if not file and not drill:
            raise CommandError("Say which file to bring back.")
        began = time.monotonic()
        try:
            file = file or backup.newest()
            done = backup.drill(file) if drill else backup.restore(file, erase=erase, with_key=with_key)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{file.name}, made {done.made_at:%Y-%m-%d %H:%M} UTC: {done.rows} rows and {done.files} uploads "
            f"{'can be brought back' if drill else 'are back'}, all counted ({time.monotonic() - began:.1f} s)."
        )
        if not done.same_key:
            self.stdout.write(
                "It was made under another secret key: put the old key back, or links in mail and second factors from "
                "before do not open any more."
            )
        if not drill:
            self.stdout.write(
                f"Sending is paused, so nothing leaves twice. {done.held} messages that may have gone already are held in "
                "the planning room. When you have looked: `manage.py sending resume`."
            )
