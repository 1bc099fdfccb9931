"""A copy of everything in one file, and the way back from it. The owner's commands: backup, restore, and the drill.

A backup counts the rows of every table in the very snapshot that it dumps; a restore compares. A restore never sends:
the pause stands in the database before the first message does, and what may have gone since the copy was made is held
for a person (notifications.after_restore).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from audit.models import Entry
from audit.services import record
from core.refusals import Refused
from desk import archive, postgres
from notifications import after_restore
from notifications import services as notifications
from notifications.models import Tick

MADE, RESTORED, DRILLED = "backup.made", "backup.restored", "backup.drilled"
# One row that is written by the restore itself, to keep sending paused; its own is left out of dump's way.
PAUSE_TABLE = Tick._meta.db_table
PAUSED_BECAUSE = "restored from a backup"


@dataclasses.dataclass(frozen=True)
class Made:
    """A backup that was made."""

    file: Path
    size: int
    rows: int
    files: int


@dataclasses.dataclass(frozen=True)
class Restored:
    """What came back."""

    made_at: dt.datetime
    rows: int
    files: int
    held: int
    same_key: bool


# ---------------------------------------------------------------- there


def default_file(now: dt.datetime) -> Path:
    """Return where a backup goes unless somebody says: `backups/` in the data folder, named by the second."""
    return Path(settings.DATA_DIR, "backups", f"backup-{now:%Y%m%dT%H%M%SZ}.tar")


def newest() -> Path:
    """Return the newest backup of that folder."""
    folder = Path(settings.DATA_DIR, "backups")
    if files := sorted(folder.glob("backup-*.tar")):
        return files[-1]
    raise Refused(f"There is no backup in {folder}.")


def make(file: Path, *, with_key: bool = False) -> Made:
    """Write database and uploads into one file, whole or not at all; note in the audit trail that it was done."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as place:
        dump = Path(place, archive.DUMP)
        manifest = _dump(dump)
        with archive.write(file, manifest) as writer:
            writer.add(archive.DUMP, dump)
            writer.add_folder(archive.MEDIA, Path(settings.MEDIA_ROOT))
            if with_key:
                writer.add_bytes(archive.KEY, settings.SECRET_KEY.encode())
        files = len([name for name in writer.files if name.startswith(archive.MEDIA)])
    rows = sum(manifest["rows"].values())
    _note(MADE, rows=rows, files=files, size=file.stat().st_size)
    return Made(file, file.stat().st_size, rows, files)


def _dump(target: Path) -> dict[str, Any]:
    """Dump the database as it stands at one moment, and return what the manifest says about that moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), clock_timestamp(), current_setting('server_version')")
        snapshot, now, version = cursor.fetchone()
        rows = count_rows(cursor)
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        command = [postgres.program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        command += [f"--snapshot={snapshot}", f"--exclude-table-data={PAUSE_TABLE}", f"--file={target}"]
        postgres.run(command, postgres.environment())
    return {
        "made_at": now.isoformat(), "postgresql": version, "rows": rows, "key": _fingerprint(), "migrations": migrations,
    }  # fmt: skip


def count_rows(cursor) -> dict[str, int]:
    """Return how many rows every table of ours holds, the row that a restore writes itself left out."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s", [PAUSE_TABLE])
    rows = {}
    for (table,) in sorted(cursor.fetchall()):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # nosec B608
        rows[table] = cursor.fetchone()[0]
    return rows


def _fingerprint() -> str:
    """Return what tells one secret key from another without telling the key."""
    return hashlib.sha256(b"backup:" + settings.SECRET_KEY.encode()).hexdigest()[:16]


# ---------------------------------------------------------------- and back


def restore(file: Path, *, erase: str = "", with_key: bool = False) -> Restored:
    """Bring a backup back into this empty database, with its uploads, and leave all sending paused.

    Refuses a database that is not empty, unless ``erase`` is its name; a file that is not whole; and while web or worker
    are connected to a database that is to be erased.
    """
    manifest = archive.check(file)
    _check_age(manifest)
    name = connection.settings_dict["NAME"]
    if not _is_empty():
        if erase != name:
            raise Refused(
                f"The database {name} is not empty, and a backup goes into an empty one. To lose what is there, say "
                f"--force --erase {name}; nothing was touched."
            )
        if others := _others_connected():
            raise Refused(f"{others} others are connected to {name}: stop web, worker and beat first.")
    media = Path(settings.MEDIA_ROOT)
    if not erase and media.is_dir() and any(media.iterdir()):
        raise Refused(f"The folder of uploads {media} is not empty: move it away first; nothing was touched.")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=_near(media)) as place:
        uploads = Path(place, "media")
        uploads.mkdir()
        files = archive.take_out_media(file, uploads)
        dump = Path(place, archive.DUMP)
        archive.take_out(file, archive.DUMP, dump)
        _clear()
        load(dump, postgres.environment())
        _compare(manifest)
        _swap(uploads, media)
        same_key = manifest["key"] == _fingerprint()
        if with_key and archive.KEY in manifest["files"] and not same_key:
            _bring_key(file)
            same_key = True
    call_command("migrate", interactive=False, verbosity=0)
    held = _quieten(manifest)
    return Restored(
        dt.datetime.fromisoformat(manifest["made_at"]), sum(manifest["rows"].values()), files, held, same_key
    )


def _quieten(manifest: Mapping[str, Any]) -> int:
    """Say in the diary and in the audit trail what happened; return how many messages wait for a person now."""
    with transaction.atomic():
        held = after_restore.hold_what_may_have_gone()
        notifications.pause_sending(reason=PAUSED_BECAUSE)
        _note(RESTORED, made_at=manifest["made_at"], held=held)
    return held


def load(dump: Path, environment: Mapping[str, str], *, paused: bool = True) -> None:
    """Load a dump in two steps that may both be cut off: first the empty tables with the pause in them, then the rows.

    Cut off after the first step the database counts as empty still, and it is done again from the beginning.
    """
    command = [postgres.program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error"]
    command += ["--single-transaction", f"--dbname={environment['PGDATABASE']}"]
    postgres.run([*command, "--section=pre-data", str(dump)], environment)
    if paused:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {PAUSE_TABLE} (id, paused_at, pause_reason) VALUES (1, clock_timestamp(), %s)",  # nosec B608
                [PAUSED_BECAUSE],
            )
    postgres.run([*command, "--section=data", "--section=post-data", str(dump)], environment)


def _check_age(manifest: Mapping[str, Any]) -> None:
    """Refuse a backup that a newer version of the product has made: its tables are not known here.

    A room that is not there any more is no sign of that: its tables come back and lie still.
    """
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    rooms = {name.partition(".")[0] for name in known}
    if unknown := sorted(name for name in {*manifest["migrations"]} - known if name.partition(".")[0] in rooms):
        raise Refused(f"This backup was made by a newer version ({unknown[0]}): bring the product up to date first.")


def _is_empty() -> bool:
    """Return whether no table holds a row of anybody's work (fresh tables of `migrate` hold some of Django's own)."""
    framework = ("django_migrations", "django_content_type", "auth_permission", PAUSE_TABLE)
    with connection.cursor() as cursor:
        return not any(count for table, count in count_rows(cursor).items() if table not in framework)


def _others_connected() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


# Everything that migrations make; what an extension brought stays.
_CLEAR = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE',
            CASE one.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, one.name);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
    END LOOP;
END $$
"""


def _clear() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLEAR)


def _compare(manifest: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        differ(manifest, count_rows(cursor))


def differ(manifest: Mapping[str, Any], rows: Mapping[str, int]) -> None:
    """Refuse where the tables hold other numbers of rows than the backup says."""
    wrong = [table for table in {*rows, *manifest["rows"]} if rows.get(table) != manifest["rows"].get(table)]
    if wrong:
        raise Refused(f"Table {min(wrong)} came back with another number of rows: do not use this database.")


def _near(media: Path) -> Path:
    """Return a folder on the same disk as the uploads, so that they can be moved into place at once."""
    media.parent.mkdir(parents=True, exist_ok=True)
    return media.parent


def _swap(uploads: Path, media: Path) -> None:
    """Put the uploads into their place; a folder that stood there is emptied, not removed (it may be a mount)."""
    media.mkdir(parents=True, exist_ok=True)
    for old in media.iterdir():
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in uploads.iterdir():
        shutil.move(new, media / new.name)


def _bring_key(file: Path) -> None:
    """Write the archive's secret key over the data folder's own, where the key is a file."""
    if os.environ.get("SECRET_KEY"):
        raise Refused("SECRET_KEY is set in the environment: take the key out of the archive by hand and set it there.")
    target = Path(os.environ.get("SECRET_KEY_FILE") or Path(settings.DATA_DIR, "secret-key"))
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600))
    archive.take_out(file, archive.KEY, fresh)
    os.replace(fresh, target)


# ---------------------------------------------------------------- the drill


def drill(file: Path) -> Restored:
    """Prove that a backup can be brought back: into a throw-away server, compared, thrown away. Noted in the audit trail."""
    from stack.services import temporary

    manifest = archive.check(file)
    with temporary() as servers, tempfile.TemporaryDirectory(prefix="drill-") as place:
        dump = Path(place, archive.DUMP)
        archive.take_out(file, archive.DUMP, dump)
        params = {"host": str(servers.postgres.sockets), "user": "lc", "dbname": "lc"}
        load(dump, postgres.environment(params), paused=False)
        differ(manifest, _count_there(params))
        files = archive.take_out_media(file, Path(place, "media"))
    _note(DRILLED, made_at=manifest["made_at"], rows=sum(manifest["rows"].values()))
    made_at = dt.datetime.fromisoformat(manifest["made_at"])
    return Restored(made_at, sum(manifest["rows"].values()), files, 0, manifest["key"] == _fingerprint())


def _count_there(params: Mapping[str, str]) -> dict[str, int]:
    import psycopg2

    there = psycopg2.connect(**params)
    try:
        with there.cursor() as cursor:
            return count_rows(cursor)
    finally:
        there.close()


# ---------------------------------------------------------------- what the doctor asks


def _note(verb: str, **detail: Any) -> None:
    record(verb, Tick(pk=Tick.THE_ONE), **detail)


def last(*verbs: str) -> dt.datetime | None:
    """Return when one of these was last done here, None for never."""
    return Entry.objects.filter(verb__in=verbs).order_by("-id").values_list("at", flat=True).first()
