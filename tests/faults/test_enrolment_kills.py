"""People apply, decide, invite and come in while the processes that answer them are killed with -9.

Whoever is cut off does what people do: they reload, and the browser sends the same form again. Each act stands once.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.applicants import Applicants, apply
from tests.e2e.pages import BENOIT, PAULA
from tests.e2e.stage import PASSWORD, House, wait_for
from tests.visitor import Page, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(420), pytest.mark.xdist_group("enrolment_kills")]

PATIENCE = 90.0
SITE = "/programs/safety-conversations/"
TEAMS = [Applicants(n, place=n % 4, language="fr" if n % 4 > 1 else "en") for n in range(1, 13)]
TABLE = [(f"Table Person {n}", f"row.{n}@table.example") for n in range(1, 21)]
# The demo's applications as if nobody had decided yet.
UNDECIDED = "UPDATE enrolment_application SET outcome = '', decline_reason = '', wait_place = NULL WHERE cohort_id = %s"


class Answers:
    """How many answers have come so far, whoever got them."""

    def __init__(self) -> None:
        self.many, self.lock = 0, threading.Lock()

    def another(self) -> None:
        with self.lock:
            self.many += 1


class Counted(Visitor):
    """A visitor who reloads patiently, and whose answers are counted."""

    def __init__(self, wave: Wave, language: str = "en") -> None:
        super().__init__(wave.house.url, language=language, patience=PATIENCE)
        self.wave = wave

    def _once(self, address: str, words: bytes | None, referer: str) -> Page:
        page = super()._once(address, words, referer)
        self.wave.answers.another()
        return page


class Killing:
    """As a context: kill -9 what answers the pages, again and again, once the web process as a whole.

    ``every``: after so many answers, so that slow machines get on too. None: as soon as pages are answered again,
    ``most`` times, whatever is being answered then.
    """

    def __init__(self, wave: Wave, *, every: tuple[int, int] | None = None, most: int = 1000) -> None:
        self.wave, self.every, self.most = wave, every, most
        self.kills: Counter[str] = Counter()
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Killing:
        self.thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self.enough.set()
        self.thread.join()
        wait_for(self.wave.house.answers, 60, "the pages did not answer again")

    def _go_on(self) -> None:
        while self._waits() and self.kills.total() < self.most:
            web = self.wave.house.pids().get("web", 0)
            if self.every and self.kills["a part"] == 3 and not self.kills["web"]:
                self._kill("web", web)
            else:
                for pid in children(web)[: 1 if self.every else None]:
                    self._kill("a part", pid)

    def _waits(self) -> bool:
        """Wait for the moment of the next kill, somewhere inside an answer; return False where it is enough."""
        if self.every is None:
            wait_for(self.wave.house.answers, 60)
        else:
            next_one = self.wave.answers.many + random.randint(*self.every)
            while self.wave.answers.many < next_one and not self.enough.wait(0.01):
                pass
        return not self.enough.wait(random.uniform(0, 0.1) if self.every else random.uniform(0.2, 0.8))

    def _kill(self, name: str, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)
                self.kills[name] += 1


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((place / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(place.name))
    return found


class Wave:
    """The enrolling cohort of the demo, and how far this story has come; each part tells those before it first."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cohort = str(house.one("SELECT id FROM collaborative_cohort WHERE name_en LIKE '%%wave 5'"))
        self.told: set[str] = set()
        self.answers = Answers()
        self.reloads = 0

    def tell(self, *parts: str) -> None:
        """Tell these parts in their order, those that were told already not again."""
        for part in parts:
            if part not in self.told:
                self.told.add(part)
                getattr(self, part)()

    def planner(self, address: str) -> Visitor:
        visitor = Counted(self)
        page = visitor.open("/accounts/login/")
        visitor.press(page, page.form("password"), login=address, password=PASSWORD)
        return visitor

    def count(self, statement: str, *values) -> int:
        return self.house.one(f"SELECT count(*) FROM {statement}", *values)

    # ---------------------------------------------------------------- applications

    def apply(self) -> None:
        with Killing(self, every=(12, 24)) as killing, ThreadPoolExecutor(4) as together:
            pages = list(together.map(self._applies, TEAMS))
        assert [page.url for page in pages if page.status != 200] == []
        assert killing.kills["a part"] >= 5
        assert killing.kills["web"] == 1

    def _applies(self, team: Applicants) -> Page:
        visitor = Counted(self, team.language)
        page = apply(visitor, team, visitor.open(visitor.open(SITE).link("/apply/")))
        self.reloads += visitor.reloads
        return page

    # ---------------------------------------------------------------- decisions

    def decide(self) -> None:
        """Two planners press Accept on every row, from both ends; there are fewer places than rows."""
        self.house.ask(UNDECIDED, self.cohort)
        planners = [self.planner(PAULA), self.planner(BENOIT)]
        rows = [str(key) for (key,) in self.house.ask(
            "SELECT id FROM enrolment_application WHERE cohort_id = %s AND state = 'submitted' ORDER BY id", self.cohort
        )]  # fmt: skip
        with Killing(self, every=(12, 24)) as killing, ThreadPoolExecutor(2) as together:
            said = together.map(self._accepts, planners, [rows, rows[::-1]])
            self.accepted = set().union(*said)
        assert killing.kills["a part"] >= 4
        self.rows = rows
        # Before the release makes teams of them.
        self.places = self.house.one("SELECT seats FROM collaborative_cohort WHERE id = %s", self.cohort)
        self.places -= self.count("collaborative_team WHERE cohort_id = %s AND withdrawn_at IS NULL", self.cohort)

    def _accepts(self, planner: Visitor, rows: list[str]) -> set[str]:
        """Press Accept on each of these; return those of which the answer says that they are accepted."""
        done = set()
        for key in rows:
            page = planner.open(f"/planning/cohorts/{self.cohort}/applications/")
            button = re.search(rf'value="(accept:{key}[^"]*)"', page.text)
            assert button, f"{key} has no button"
            page = planner.press(page, page.form("decide"), decide=button[1], twice=True)
            if re.search(rf'value="accept:{key}[^"]*"[^>]*aria-pressed="true"', page.text):
                done.add(key)
        self.reloads += planner.reloads
        return done

    # ---------------------------------------------------------------- letters

    def release(self) -> None:
        """Press Release now while it is being done; then the sender is killed with letters in its hands."""
        paula = self.planner(PAULA)
        page = paula.open(f"/planning/cohorts/{self.cohort}/applications/letters/")
        assert f"{len(self.accepted)} letters" in page.text
        self.before = self.standing()
        with Killing(self, most=4):
            page = paula.press(page, page.form("once", "press"), press="now")
        self.reloads += paula.reloads
        assert page.status == 200
        wait_for(lambda: self._sent("enrolment/invitation") > 3, 60, "no invitation left")
        self.house.kill("worker")
        self.wait_until_sent()
        self.after = self.standing()

    def standing(self) -> tuple[int, int]:
        """Return how many teams and how many releases there are."""
        teams = self.count("collaborative_team WHERE cohort_id = %s", self.cohort)
        return teams, self.count("enrolment_release WHERE cohort_id = %s", self.cohort)

    def _sent(self, kind: str) -> int:
        return self.count("planned_message WHERE kind = %s AND scope_id = %s AND state = 'sent'", kind, self.cohort)

    def wait_until_sent(self) -> None:
        open_ones = (
            "planned_message WHERE scope_id = %s"
            " AND (state IN ('claimed', 'sending', 'uncertain', 'retry', 'held', 'dead')"
            " OR (state = 'planned' AND next_attempt_at <= clock_timestamp()))"
        )
        wait_for(
            lambda: self._settles() or not self.count(open_ones, self.cohort), 120, "messages that were due are here"
        )

    def _settles(self) -> None:
        """Let a planner say of a mail that may have gone when its sender died, and is sent twice by nobody else: again."""
        held = self.house.ask(
            "SELECT id FROM planned_message WHERE scope_id = %s AND state = 'held' AND reason = 'may_have_gone'", self.cohort
        )  # fmt: skip
        paula = self.planner(PAULA) if held else None
        for (key,) in held:
            page = paula.open(f"/planning/messages/{key}/")
            again = next(form for form in page.forms() if ("verb", "again") in form.presses)
            paula.press(page, again, verb="again")

    # ---------------------------------------------------------------- people

    def invite(self) -> None:
        """Ask people in one by one and by a table; the worker that takes the rows in is killed as well."""
        paula = self.planner(PAULA)
        self.team = self.house.one("SELECT id FROM collaborative_team WHERE name = %s", self._team_name())
        with Killing(self, every=(4, 9)):
            for n in range(1, 7):
                page = paula.open(f"/teams/{self.team}/people/")
                page = paula.press(page, page.form("once", "email"), twice=True, name=f"One Person {n}",
                                   email=f"one.{n}@table.example", role="participant", language="en")  # fmt: skip
                assert page.status == 200
            self._sends_the_table(paula)
            self.house.kill("worker")
        invited = len(TABLE) + 6
        asked = (
            "enrolment_invitation i JOIN accounts_user u ON u.id = i.person_id WHERE u.email LIKE '%%@table.example'"
        )
        wait_for(lambda: self.count(asked) == invited, 120, "the table was not taken in")
        self.wait_until_sent()
        sent = (
            "planned_message m JOIN accounts_user u ON u.id = m.recipient_id WHERE m.kind = 'enrolment/invitation'"
            " AND m.state = 'sent' AND u.email LIKE '%%@table.example'"
        )
        wait_for(lambda: self._settles() or self.count(sent) == invited, 120, "not every invitation left")

    def _sends_the_table(self, paula: Visitor) -> None:
        page = paula.open(f"/teams/{self.team}/people/many/")
        pasted = "\n".join(f"{name} <{address}>" for name, address in TABLE)
        page = paula.press(page, page.form("pasted"), twice=True, pasted=pasted)
        assert "/people/many/" in page.path, page.url
        paula.press(page, page.forms()[-1], twice=True)

    def _team_name(self) -> str:
        key = next(iter(self.accepted & self.ours()))
        return self.house.one("SELECT team_name FROM enrolment_application WHERE id = %s", key)

    def ours(self) -> set[str]:
        return {
            str(key)
            for (key,) in self.house.ask(
                "SELECT id FROM enrolment_application WHERE contact_email LIKE '%%@team.example'"
            )
        }

    def come_in(self) -> None:
        links = {
            one.to: found[0]
            for one in self.house.letters("@table.example")
            if (found := re.search(r"http://localhost:\d+(?:/fr)?/invitation/[^\s\"<>]+", one.words))
        }
        assert len(links) == len(TABLE) + 6
        with Killing(self, every=(15, 30)), ThreadPoolExecutor(4) as together:
            pages = list(together.map(self._starts, links.values()))
        # Whose answer was lost on the way is told that the link was used, and how to sign in.
        assert {page.status for page in pages} <= {200, 410}
        # People of a table are written to in the language of their team.
        ways = ("/accounts/login/", "/fr/comptes/connexion/")
        assert all(
            page.path in ("/today/", "/fr/aujourdhui/") or any(way in page.text for way in ways) for page in pages
        )

    def _starts(self, link: str) -> Page:
        visitor = Counted(self)
        page = visitor.open(link)
        page = visitor.press(page, page.form("city"), city="halifax")
        self.reloads += visitor.reloads
        return page


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The product with its demo, really started."""
    house = House(tmp_path_factory.mktemp("enrolment") / "data")
    try:
        yield house.begin()
        assert house.interrupt() == 0
        assert house.processes() == []
    finally:
        house.clear()


@pytest.fixture(scope="module")
def wave(house):
    return Wave(house)


def test_each_application_stands_once_and_is_answered_once(wave):
    wave.tell("apply")
    addresses = [team.contact for team in TEAMS]
    rows = wave.house.ask(
        "SELECT contact_email, state, (SELECT count(*) FROM enrolment_applicationmember m WHERE m.application_id = a.id)"
        " FROM enrolment_application a WHERE contact_email = ANY(%s) ORDER BY contact_email", addresses,
    )  # fmt: skip
    assert rows == [(address, "submitted", 5) for address in sorted(addresses)]
    assert wave.reloads > 0, "nobody was cut off"
    wave.wait_until_sent()
    for kind, to in (
        ("enrolment/application-link", addresses), ("enrolment/application-sent", addresses),
        ("enrolment/sponsor-asked", [team.sponsor for team in TEAMS]),
    ):  # fmt: skip
        told = wave.house.ask("SELECT address FROM planned_message WHERE kind = %s AND address = ANY(%s)", kind, to)
        assert sorted(one for (one,) in told) == sorted(to), kind
    assert wave.house.doubled() == []


def test_no_decision_that_was_answered_is_lost_and_no_place_is_given_twice(wave):
    wave.tell("apply", "decide")
    accepted = {
        str(key)
        for (key,) in wave.house.ask(
            "SELECT id FROM enrolment_application WHERE outcome = 'accept' AND cohort_id = %s", wave.cohort
        )
    }
    assert accepted == wave.accepted
    assert len(accepted) == wave.places < len(wave.rows)


def test_a_release_happens_once_and_every_letter_leaves_once(wave):
    wave.tell("apply", "decide", "release")
    teams, releases = (now - before for now, before in zip(wave.after, wave.before, strict=True))
    assert (teams, releases) == (len(wave.accepted), 1)
    asked = wave.house.ask(
        "SELECT t.name, count(*), count(DISTINCT i.person_id) FROM enrolment_invitation i"
        " JOIN accounts_user u ON u.id = i.person_id AND COALESCE(u.email, '') NOT LIKE '%%@table.example'"
        " JOIN collaborative_team t ON t.id = i.team_id JOIN enrolment_application a ON a.team_id = t.id"
        " WHERE a.contact_email LIKE '%%@team.example' GROUP BY t.id"
    )
    assert len(asked) == len(wave.accepted & wave.ours())
    # Five people; their sponsors have not answered, and are not asked in.
    assert {(many, people) for _name, many, people in asked} == {(5, 5)}
    _everything_left_once(wave, "enrolment/letter", len(wave.accepted))
    _everything_left_once(wave, "enrolment/invitation")


def test_who_is_asked_in_one_by_one_and_by_a_table_is_asked_once(wave):
    wave.tell("apply", "decide", "release", "invite")
    asked = wave.house.ask(
        "SELECT u.email, count(*) FROM enrolment_invitation i JOIN accounts_user u ON u.id = i.person_id"
        " WHERE u.email LIKE '%%@table.example' AND i.team_id = %s GROUP BY 1", wave.team,
    )  # fmt: skip
    expected = [address for _name, address in TABLE] + [f"one.{n}@table.example" for n in range(1, 7)]
    assert dict(asked) == dict.fromkeys(expected, 1)
    assert wave.count("enrolment_peopleimport WHERE team_id = %s", wave.team) == 1
    _everything_left_once(wave, "enrolment/invitation")


def test_who_comes_in_is_in_once(wave):
    wave.tell("apply", "decide", "release", "invite", "come_in")
    members = wave.house.ask(
        "SELECT u.email, count(*) FROM collaborative_membership m JOIN accounts_user u ON u.id = m.user_id"
        " WHERE u.email LIKE '%%@table.example' AND m.until IS NULL GROUP BY 1"
    )
    assert dict(members) == {address: 1 for address, _many in members}
    assert len(members) == len(TABLE) + 6
    waiting = "enrolment_invitation i JOIN accounts_user u ON u.id = i.person_id WHERE i.accepted_at IS NULL"
    assert wave.count(f"{waiting} AND u.email LIKE '%%@table.example'") == 0


def _everything_left_once(wave: Wave, kind: str, many: int | None = None) -> None:
    """Each message of a kind is in the diary once and has left; a mail that came twice was flagged as uncertain."""
    rows = wave.house.ask(
        "SELECT recipient_key, source_id, source_version, message_id FROM planned_message"
        " WHERE kind = %s AND scope_id = %s AND state = 'sent'", kind, wave.cohort,
    )  # fmt: skip
    assert many is None or len(rows) == many
    assert [row for row, times in Counter(row[:3] for row in rows).items() if times > 1] == []
    arrived = {one.message_id for one in wave.house.letters()}
    assert [row for row in rows if row[3] not in arrived] == []
    assert wave.house.doubled() == []
