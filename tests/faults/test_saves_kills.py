"""K3 for saves other than enrolment: what answers is killed with -9 while sessions are moved, answers and announcements are
written and numbers are entered, and what plans the mails about numbers while it plans. Each stands once, and whole."""

from __future__ import annotations

import datetime as dt
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser import Form
from tests.faults.production import Installation, fresh_database, wait_for
from tests.faults.test_enrolment_kills import Answers, Counted, Killing, children
from tests.visitor import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MANY = 6
PASSWORD = "correct horse battery staple"
# A cohort with four people who write, and what they write about.
MAKE = f"""
import django, json, datetime as dt
django.setup()
from allauth.account.models import EmailAddress
from desk.demo import make
from improvement.weeks import monday_of
cohort = make.cohort()
team, other = make.team(cohort=cohort), make.team(cohort=cohort)
people = {{
    "paula": make.planner(cohort=cohort, name="Paula", password={PASSWORD!r}),
    "pia": make.planner(cohort=cohort, name="Pia", password={PASSWORD!r}),
    "tess": make.lead(team=team, name="Tess", password={PASSWORD!r}),
    "nia": make.member(team=team, name="Nia", password={PASSWORD!r}),
}}
for one in people.values():
    EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
otto = make.member(team=other, name="Otto")
board = make.board(cohort=cohort)
this = monday_of(cohort.first_day)
sessions = [
    make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * (20 + nth), title_en=f"Hour {{nth}}")
    for nth in range({MANY})
]
print(json.dumps({{
    "cohort": str(cohort.pk), "team": str(team.pk), "measure": str(team.measures.get(fills_itself=True).pk),
    "people": {{name: one.email for name, one in people.items()}},
    "sessions": [str(one.pk) for one in sessions], "days": [one.day.isoformat() for one in sessions],
    "weeks": [(this - dt.timedelta(weeks=nth)).isoformat() for nth in range({MANY})],
    "threads": [str(make.thread(by=otto, board=board, text=f"Question {{nth}}?").pk) for nth in range({MANY})],
    "expected": len({{*people.values(), otto}}), "written_to": len({{people["tess"], people["nia"], otto}}),
}}))
"""
# What stands, in numbers: of each save, and of the messages that are written with it.
LOOK = """
import django, json, sys
django.setup()
from django.db.models import Count
from audit.models import Entry
from collaborative.models import Announcement, Reschedule
from forum.models import Post
from improvement.models import DataPoint
from notifications.models import PlannedMessage
from sessions.models import LearningSession
from tests.notifications import invariants
made = json.load(open(sys.argv[1]))

def told(row, **which):
    return PlannedMessage.objects.about(row).filter(**which)

def session(key):
    row = LearningSession.objects.get(pk=key)
    waiting = told(row).waiting()
    return {
        "day": row.day.isoformat(), "moves": Reschedule.objects.filter(ledger__contains=[{"id": key}]).count(),
        "told": told(row, kind="sessions/moved", source_version=row.version).waiting().count(),
        "reminded": waiting.filter(kind="sessions/reminder").values("recipient").distinct().count(),
        "of_another_time": waiting.exclude(source_version=row.version).count(),
    }

posts = Post.objects.filter(thread__in=made["threads"], number__gt=1)
announced = Announcement.objects.filter(cohort=made["cohort"])
points = DataPoint.objects.filter(measure=made["measure"])
print(json.dumps({
    "sessions": [session(key) for key in made["sessions"]],
    "answers": sorted([one.text, told(one, kind="forum/reply").count()] for one in posts),
    "announcements": sorted([one.subject_en, one.leaves_at is not None, told(one).count()] for one in announced),
    "numbers": sorted([one.period_start.isoformat(), float(one.value)] for one in points),
    "said": Entry.objects.filter(verb="number.recorded", about_id=made["measure"]).count(),
    "broken": {name: count for name, count in invariants.broken().items() if count},
}))
"""
# One process after another plans the mails of one more week, and is killed at any moment of it.
PLAN = """
import django, datetime as dt, json, os, random, signal, sys, time
django.setup()
from django.db import connection
from django.utils import timezone
from collaborative.models import Phase
from desk.demo import make
from improvement import numbers_due
from notifications.models import PlannedMessage
cohort = make.cohort()
teams = 12
for nth in range(teams):
    make.lead(team=make.team(cohort=cohort))
first = timezone.now()
Phase.objects.filter(cohort=cohort, kind="action").update(ends_on=first.date() + dt.timedelta(weeks=60))
past = first.date() - dt.timedelta(weeks=60)
Phase.objects.filter(cohort=cohort).exclude(kind="action").update(starts_on=past, ends_on=past)
PlannedMessage.objects.filter(kind=numbers_due.KIND).delete()

def weeks():
    rows = PlannedMessage.objects.filter(kind=numbers_due.KIND, scope_id=str(cohort.pk))
    found = {}
    for week, about in rows.values_list("occurrence", "source_id"):
        found.setdefault(week, []).append(about)
    return found

begun = time.monotonic()
numbers_due.plan_coming(first)
usual = time.monotonic() - begun
kills, halves = 0, []
for nth in range(1, int(sys.argv[1]) + 1):
    connection.close()
    child = os.fork()
    if child == 0:
        numbers_due.plan_coming(first + dt.timedelta(weeks=nth))
        os._exit(0)
    time.sleep(random.uniform(usual / 5, usual * 2))
    os.kill(child, signal.SIGKILL)
    kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    halves += [week for week, some in weeks().items() if len(some) != teams]
for nth in range(int(sys.argv[1]) + 1):
    numbers_due.plan_coming(first + dt.timedelta(weeks=nth))
there = weeks()
print(json.dumps({
    "kills": kills, "halves": halves, "weeks": len(there),
    "twice": [week for week, some in there.items() if len(some) != len(set(some)) or len(some) != teams],
}))
"""


class House:
    """The product under production's settings, as `Killing` and its visitors ask about it. Nothing is sent: no worker runs."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.url = installation, f"http://localhost:{installation.port}"

    def pids(self) -> dict[str, int]:
        return {"web": self.installation.running["web"].pid}

    def answers(self) -> bool:
        try:
            return Visitor(self.url).open("/").status == 200
        except OSError:
            return False

    def looked_at(self, made: dict) -> dict:
        """Return what stands in the database."""
        file = self.installation.place / "made.json"
        file.write_text(json.dumps(made))
        return _last_line(self.installation.run("-c", LOOK, str(file), PYTHONPATH=os.getcwd()))


def _last_line(done) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Parts(Killing):
    """Kill one of the processes that answer, again and again, while they answer."""

    def _go_on(self) -> None:
        while self._waits():
            # The one that is there longest: the others may not have begun to answer.
            for pid in sorted(children(self.wave.house.pids()["web"]))[:1]:
                self._kill("a part", pid)


class Story:
    """What people do, each at a browser of their own, and how many answers they have had."""

    def __init__(self, house: House, made: dict) -> None:
        self.house, self.made, self.answers = house, made, Answers()
        self.visitors = {name: self._signed_in(address) for name, address in made["people"].items()}

    def _signed_in(self, address: str) -> Visitor:
        visitor = Counted(self)
        page = visitor.open("/accounts/login/")
        page = visitor.press(page, page.form("password"), login=address, password=PASSWORD)
        assert page.path == "/today/", page.url
        return visitor

    @property
    def reloads(self) -> int:
        return sum(one.reloads for one in self.visitors.values())

    def tell(self) -> None:
        """Let all of them write at once."""
        with ThreadPoolExecutor(4) as together:
            for done in [together.submit(one) for one in (self.move, self.answer, self.announce, self.count)]:
                done.result()

    def move(self) -> None:
        """Paula moves each session by a day."""
        paula = self.visitors["paula"]
        for key in self.made["sessions"]:
            page = paula.open(f"/planning/sessions/{key}/move/")
            form = page.form("day", "clock", "reason")
            page = paula.press(page, form, day=next_day(form.sent()["day"]), reason="The room is taken.")
            page = paula.press(page, page.form("confirm"))
            assert page.status == 200

    def answer(self) -> None:
        """Nia answers each question; twice, as people click."""
        nia = self.visitors["nia"]
        for nth, key in enumerate(self.made["threads"]):
            page = nia.open(f"/cohorts/{self.made['cohort']}/forum/ask/{key}/")
            page = nia.press(page, plain(page.form("text")), twice=True, text=f"Answer number {nth}.")
            assert f"Answer number {nth}." in page.text

    def announce(self) -> None:
        """Pia writes and sends; twice, as people click."""
        pia = self.visitors["pia"]
        for nth in range(MANY):
            page = pia.open(f"/planning/cohorts/{self.made['cohort']}/announcements/new/")
            words = {f"{what}_{lang}": f"News {nth}" for what in ("subject", "text") for lang in ("en", "fr")}
            page = pia.press(page, plain(page.form("subject_en")), twice=True, **words)
            page = pia.press(page, page.form("confirm"), twice=True)
            assert page.status == 200

    def count(self) -> None:
        """Tess enters the numbers of the last weeks; twice, as people click."""
        tess = self.visitors["tess"]
        for nth, week in enumerate(self.made["weeks"]):
            page = tess.open(f"/teams/{self.made['team']}/numbers/{self.made['measure']}/?week={week}")
            page = tess.press(page, plain(page.form("value", "period")), twice=True, value=str(nth + 1), period=week)
            assert page.status == 200


def plain(form: Form) -> Form:
    """Return a form as its main button sends it, which has no name."""
    form.presses.clear()
    return form


def next_day(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with fresh_database(migrated=True) as name:
        made = Installation(tmp_path_factory.mktemp("saves"), name)
        made.ours |= {"SITE_URL": f"http://localhost:{made.port}"}
        try:
            made.build()
            assert made.start("migrate").wait(100) == 0, made.log("migrate").read_text()
            yield House(made)
        finally:
            made.end()


def test_k3_what_was_saved_stands_once_and_whole(house):
    made = _last_line(house.installation.run("-c", MAKE))
    house.installation.start("web")
    wait_for(house.answers, 60)
    story = Story(house, made)
    with Parts(story, every=(5, 10)) as killing:
        story.tell()
    stands = house.looked_at(made)
    print(f"\nsaves={4 * MANY} kills={killing.kills['a part']} reloads={story.reloads}")
    assert killing.kills["a part"] >= 3
    assert story.reloads > 0, "nobody was cut off"
    people = made["expected"]
    for before, session in zip(made["days"], stands["sessions"], strict=True):
        assert session == {
            "day": next_day(before), "moves": 1, "told": people, "reminded": people, "of_another_time": 0,
        }  # fmt: skip
    assert stands["answers"] == [[f"Answer number {nth}.", 1] for nth in range(MANY)]
    assert stands["announcements"] == [[f"News {nth}", True, made["written_to"]] for nth in range(MANY)]
    assert stands["numbers"] == sorted([week, nth + 1.0] for nth, week in enumerate(made["weeks"]))
    assert stands["said"] == MANY, "the same again is no second one"
    assert stands["broken"] == {}


def test_k3_the_mails_about_numbers_are_planned_once_and_a_week_as_a_whole(house):
    done = house.installation.run("-c", PLAN, "20")
    told = _last_line(done)
    print(f"\nweeks={told['weeks']} kills={told['kills']}")
    assert told["kills"] >= 5
    assert told["weeks"] >= 20
    assert told["halves"] == [], "of no week some are asked and others are not"
    assert told["twice"] == []
