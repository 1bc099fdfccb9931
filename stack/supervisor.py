"""Everything that runs, in order, and kept running.

postgres → valkey → migrate → demo → worker, beat, sink → web. A child that
dies is started again at once, then after 1, 2, 5 and 10 seconds, for ever.
One thread, no exceptions out of signal handlers: a signal sets a flag, and
every wait looks at it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from urllib.parse import urlsplit

import psycopg2

from stack import REPOSITORY
from stack.data_folder import DataFolder, read_json, write_whole
from stack.embedded import Postgres, Valkey, home_of_postgres
from stack.environment import DEVELOPMENT, child_environment, given_addresses
from stack.problems import DISK_IS_FULL, Problem, Stopped, disk_is_full, last_lines, of_system_error
from stack.processes import Child, end_orphan, end_together, identity

WAITS = (0.0, 1.0, 2.0, 5.0, 10.0)
STEADY_AFTER = 30.0
GLANCE = 0.1
SECONDS_FOR_A_SERVER = 60.0
SECONDS_FOR_THE_PAGES = 90.0
# Asked to end, it finishes the message in hand; a mail server may take 45 seconds over that (notifications/smtp.py).
SECONDS_FOR_THE_WORKER = 60.0


def say(line: str) -> None:
    """One line for the person; nobody listening is no reason to stop."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


@dataclass
class Patience:
    """How long to wait before a child is started again."""

    deaths: int = 0

    def after(self, seconds_lived: float) -> float:
        """The wait after one more death; a life that was long enough wipes the slate."""
        if seconds_lived >= STEADY_AFTER:
            self.deaths = 0
        wait = WAITS[min(self.deaths, len(WAITS) - 1)]
        self.deaths += 1
        return wait


@dataclass
class Kept:
    """A child that is kept running."""

    child: Child
    patience: Patience = field(default_factory=Patience)
    due: float | None = None


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Say so where the port is somebody else's."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Problem(f"Port {port} is not for ordinary users: choose one above 1023 with PORT.") from None
        except OSError:
            raise Problem(
                f"Port {port} is in use by another program: stop that one, "
                f"or choose another port, for example `PORT={port + 1 if port < 65535 else 8000} python3 start.py`."
            ) from None


def check_database(url: str) -> None:
    """Say so where the database that was named does not answer; its password is never said."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is none is found here
        place = f"{parts.hostname or 'on this machine'}, {parts.path.lstrip('/') or 'no name'}"
    except ValueError:
        raise Problem("DATABASE_URL is not an address: it looks like postgres://user:password@host/name.") from None
    if parts.scheme not in ("postgres", "postgresql", "psql", "pgsql"):
        raise Problem("DATABASE_URL does not begin with postgres://, and only PostgreSQL is supported.")
    try:
        psycopg2.connect(parts._replace(scheme="postgresql").geturl(), connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        reason = (str(error).strip().splitlines() or ["no answer"])[0].rpartition(": ")[2].strip()
        raise Problem(f"The database that DATABASE_URL names ({place}) cannot be reached: {reason}.") from None
    except psycopg2.Error:
        raise Problem(f"DATABASE_URL ({place}) is not an address that PostgreSQL understands.") from None


def has_command(name: str) -> bool:
    """Whether some room brings this management command."""
    return any(REPOSITORY.glob(f"*/management/commands/{name}.py"))


def web_command(port: int, *, reload: bool = False) -> list[str]:
    """The pages. No preloading: a database connection must not cross a fork."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--worker-class", "gthread"]
    command += ["--graceful-timeout", "5", "--no-control-socket"]
    return [*command, "--reload"] if reload else command


def worker_command() -> list[str]:
    """The hands that send what is due."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "prefork", "-c", "2"]
    return [*command, "--loglevel", "INFO", "--without-gossip", "--without-mingle"]


def beat_command(folder: DataFolder) -> list[str]:
    """The bell that rings every minute."""
    command = [sys.executable, "-m", "celery", "-A", "config", "beat", "--loglevel", "INFO", "--pidfile="]
    return [*command, "--schedule", str(folder.run / "celerybeat-schedule")]


class Supervisor:
    """Starts all children of one data folder, keeps them running, and ends them."""

    def __init__(self, folder: DataFolder, *, port: int, demo: bool, reload: bool = False) -> None:
        self.folder = folder
        self.port = port
        self.demo = demo
        self.reload = reload
        self.stopping = False
        self.kept: list[Kept] = []
        self.addresses = given_addresses()

    # ------------------------------------------------------------------ signals
    def listen_for_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal mean: end everything."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped

    def _wait_until(self, ready: Callable[[], bool], child: Child, what: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            self._go_on()
            if not child.is_alive():
                self._explain(child, f"{what} {child.how_it_ended()} while starting")
            if time.monotonic() > deadline:
                self._explain(child, f"{what} did not answer within {seconds:.0f} seconds")
            time.sleep(GLANCE / 2)

    def _explain(self, child: Child, what: str) -> None:
        if disk_is_full(self.folder.path):
            raise Problem(DISK_IS_FULL)
        raise Problem(f"{what}; its last words ({child.log}) were:{last_lines(child.log)}")

    # ------------------------------------------------------------------ starting
    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Start everything, say that it is ready, and keep it running until a signal comes."""
        self.listen_for_signals()
        try:
            self.end_orphans()
            self.start_services()
            environment = self.environment()
            self.prepare_database(environment)
            self.start_product(environment)
            ready()
            self.keep_running()
        except Stopped:
            pass
        finally:
            self.end_all()

    def environment(self) -> dict[str, str]:
        """What every child of the product is told."""
        return child_environment(
            self.folder, port=self.port, settings=DEVELOPMENT, addresses=self.addresses, demo=self.demo
        )

    def start(self, child: Child) -> None:
        """Start a child and keep it from now on."""
        child.start()
        self.kept.append(Kept(child))
        self.write_pids()

    def start_services(self) -> None:
        """PostgreSQL and Valkey, unless the person has named their own."""
        if "DATABASE_URL" in self.addresses:
            check_database(self.addresses["DATABASE_URL"])
        else:
            postgres = Postgres(home_of_postgres(self.folder), self.folder.logs)
            postgres.make()
            child = postgres.child()
            self.start(child)
            self._wait_until(postgres.is_ready, child, "PostgreSQL", SECONDS_FOR_A_SERVER)
            postgres.make_database()
            self.addresses["DATABASE_URL"] = postgres.url()
        if not {"REDIS_URL", "CELERY_BROKER_URL"} <= self.addresses.keys():
            valkey = Valkey(self.folder.path, self.folder.logs)
            child = valkey.child()
            self.start(child)
            self._wait_until(valkey.is_ready, child, "Valkey", SECONDS_FOR_A_SERVER)
            self.addresses.setdefault("REDIS_URL", valkey.redis_url)
            self.addresses.setdefault("CELERY_BROKER_URL", valkey.broker_url)

    def prepare_database(self, environment: Mapping[str, str]) -> None:
        """Bring tables, translations and demo people up to date."""
        if has_command("build_messages"):
            self.manage(environment, "build_messages")
        self.manage(environment, "migrate", "--noinput")
        if self.demo and has_command("demo"):
            self.manage(environment, "demo")

    def manage(self, environment: Mapping[str, str], *words: str) -> None:
        """Run a management command to its end; its words go to a log."""
        child = Child(
            words[0],
            [sys.executable, "manage.py", *words],
            self.folder.logs / "manage.log",
            environment,
        )
        child.start()
        try:
            while child.is_alive():
                self._go_on()
                self.look_after()
                time.sleep(GLANCE / 2)
        finally:
            end_together([child])
        if child.process is not None and child.process.returncode:
            self._explain(child, f"`manage.py {' '.join(words)}` {child.how_it_ended()}")

    def start_product(self, environment: dict[str, str]) -> None:
        """Worker, beat, sink, then web; the rest begins while the pages warm up."""
        if "EMAIL_URL" not in self.addresses:
            port = free_port()
            self.addresses["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
            sink = [sys.executable, "-m", "stack.smtp_sink", "--port", str(port), "--folder", str(self.folder.mail)]
            self.start_one("sink", sink, environment)
        environment = self.environment()
        write_whole(self.folder.running, json.dumps({"addresses": self.addresses, "demo": self.demo}), mode=0o600)
        check_port(self.port)
        self.start_one("worker", worker_command(), environment, seconds_to_end=SECONDS_FOR_THE_WORKER)
        self.start_one("beat", beat_command(self.folder), environment)
        web = self.start_one("web", web_command(self.port, reload=self.reload), environment)
        self._wait_until(lambda: self.pages_answer(environment), web, "The web server", SECONDS_FOR_THE_PAGES)

    def start_one(
        self, name: str, command: list[str], environment: Mapping[str, str], *, seconds_to_end: float = 8.0
    ) -> Child:
        """Start one child of the product."""
        child = Child(name, command, self.folder.logs / f"{name}.log", environment, seconds_to_end=seconds_to_end)
        self.start(child)
        return child

    def pages_answer(self, environment: Mapping[str, str]) -> bool:
        """Whether GET /healthz answers 200; meanwhile the others are looked after."""
        self.look_after(but="web")
        site = urlsplit(environment["SITE_URL"])
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/healthz",
            headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # nosec B310
                return bool(answer.status == 200)
        except (OSError, http.client.HTTPException):
            return False

    # ------------------------------------------------------------------ keeping
    def keep_running(self) -> None:
        """Look after the children until somebody asks us to stop."""
        while not self.stopping:
            self.look_after()
            time.sleep(GLANCE)

    def look_after(self, but: str = "") -> None:
        """Start again whoever has died, when its wait is over."""
        now = time.monotonic()
        for kept in self.kept:
            child = kept.child
            if child.name == but or self.stopping:
                continue
            if kept.due is None:
                if child.is_alive():
                    continue
                wait = kept.patience.after(now - child.started_at)
                kept.due = now + wait
                when = "it is started again now" if wait == 0 else f"it is started again in {wait:.0f} s"
                say(f"{child.name} {child.how_it_ended()}; {when} (its log is {child.log}).")
            if now >= kept.due:
                kept.due = None
                self._start_again(kept)

    def _start_again(self, kept: Kept) -> None:
        try:
            kept.child.start()
        except OSError as error:
            # A full disk, or no room for one more process: wait and try again, as after a death.
            kept.child.process = None
            kept.child.started_at = time.monotonic()
            say(of_system_error(error))
        with contextlib.suppress(OSError):
            self.write_pids()

    def write_pids(self) -> None:
        """Note who runs now: the numbers for people and tests, with their births for the next start."""
        pids = {kept.child.name: kept.child.process.pid for kept in self.kept if kept.child.process is not None}
        births = {name: [pid, identity(pid)] for name, pid in pids.items()}
        write_whole(self.folder.run / "births.json", json.dumps(births))
        write_whole(self.folder.pids, json.dumps(pids, indent=1))

    def end_orphans(self) -> None:
        """End what a killed supervisor has left behind, the product before its database."""
        births = read_json(self.folder.run / "births.json")
        left = births.items() if isinstance(births, dict) else ()
        for name, (pid, birth) in reversed(list(left)):
            if birth is not None and identity(pid) == birth:
                say(f"A {name} of an earlier start was still there; it is ended first.")
                seconds = SECONDS_FOR_THE_WORKER if name == "worker" else 5.0
                end_orphan(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM, seconds)

    # ------------------------------------------------------------------ ending
    def end_all(self) -> None:
        """End the product first, then its servers; nobody is left behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        # The mail server of the demo too: the worker has a message in hand.
        servers = [kept.child for kept in self.kept if kept.child.name in ("postgres", "valkey", "sink")]
        end_together([kept.child for kept in self.kept if kept.child not in servers])
        end_together(servers)
        for note in (self.folder.pids, self.folder.running, self.folder.run / "births.json"):
            note.unlink(missing_ok=True)
