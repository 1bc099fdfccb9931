"""One session from its plan to the certificates: the planner works with pages only, the others join, answer and read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import NIA, PASCAL, PAULA
from tests.e2e.stage import House, People, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420), pytest.mark.xdist_group("session_to_certificates")]

TORONTO = ZoneInfo("America/Toronto")
MARIE = "marie.power@example.org"
TITLE = "Listening on nights"
MINUTES = 30
PHONE = {"viewport": {"width": 390, "height": 844}}
SHEET = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


class Planned:
    """The session that is run, step by step."""

    def __init__(self, house: House, people: People) -> None:
        self.house, self.people = house, people
        self.paula = people.signed_in("Paula", PAULA)
        self.paula.goto("/planning/")
        self.paula.get_by_role("link", name="Safety Conversations, wave 4").first.click()
        self.paula.wait_for_url("**/planning/cohorts/**")
        self.cohort = self.paula.url.rstrip("/").rpartition("/")[2]
        self.session = ""

    def is_run(self) -> None:
        self.is_added()
        self.has_its_agenda_and_people()
        self.has_its_material_and_run()
        self.has_its_meeting()
        self.is_come_to()
        self.goes_by(180)
        self.takes_place()
        self.goes_by(120)
        self.is_attended()
        self.is_read_by_who_missed_it()
        self.is_certified()

    # ---------------------------------------------------------------- before it

    def is_added(self) -> None:
        """A webinar a few hours ahead, on the cohort's clock, before its room opens."""
        page, start = self.paula, dt.datetime.now(TORONTO) + dt.timedelta(minutes=240)
        page.goto(f"/planning/cohorts/{self.cohort}/dates/")
        page.locator("a[href$='/sessions/new/']").first.click()
        page.locator("[name=kind][value=webinar]").check()
        page.locator("[name=title_en]").fill(TITLE)
        page.locator("[name=title_fr]").fill("Écouter la nuit")
        page.locator("[name=day]").fill(f"{start:%Y-%m-%d}")
        page.locator("[name=clock]").fill(f"{start:%H:%M}")
        page.locator("[name=minutes]").fill(f"{MINUTES}")
        self._saves(page, "title_en")
        page.wait_for_url("**/planning/sessions/**")
        self.session = re.search(r"/planning/sessions/([^/]+)/", page.url)[1]

    def has_its_agenda_and_people(self) -> None:
        page = self._opens("agenda")
        page.locator("[name=title_en]").fill("What night staff hear first")
        page.locator("[name=title_fr]").fill("Ce que l'équipe de nuit entend en premier")
        page.locator("[name=minutes]").fill("20")
        self._saves(page, "title_en")
        expect(page.locator("main")).to_contain_text("What night staff hear first")
        page = self._opens("people")
        page.locator("main a[href$='/people/new/']").click()
        page.locator("[name=who]").select_option("new")
        page.locator("[name=name]").fill("Ines Moreau")
        page.locator("[name=part]").select_option(index=1)
        self._saves(page, "who")
        expect(page.locator("main")).to_contain_text("Ines Moreau")

    def has_its_material_and_run(self) -> None:
        page = self._opens("materials")
        add = page.locator("main a[href$='/materials/new/']")
        if add.count():
            add.first.click()
        page.locator("[name=title_en]").fill("One page for the night desk")
        page.locator("[name=title_fr]").fill("Une page pour le poste de nuit")
        for lang in ("en", "fr"):
            page.locator(f"[name=file_{lang}]").set_input_files(
                {"name": f"night-{lang}.pdf", "mimeType": "application/pdf", "buffer": SHEET}
            )
        self._saves(page, "title_en")
        page.get_by_role("button", name=re.compile("Show|Publish")).first.click()
        page = self._opens("run")
        page.locator("[name=minute]").fill("-10")
        page.locator("[name=what]").fill("Opens the room and tries the sound")
        self._saves(page, "minute")
        expect(page.locator("main")).to_contain_text("Opens the room and tries the sound")

    def has_its_meeting(self) -> None:
        page = self._opens("meeting")
        page.locator("[name=url]").fill(f"http://127.0.0.1:{self.house.port}/demo/meeting/night/")
        self._saves(page, "url")
        expect(page.locator("main")).to_contain_text("••••")

    def is_come_to(self) -> None:
        """Nia says that she comes, on her phone; the planner sees it and seats her."""
        self.nia = self.people.signed_in("Nia", NIA, **PHONE)
        self.nia.goto(f"/cohorts/{self.cohort}/sessions/{self.session}/")
        expect(self.nia.locator("main")).to_contain_text("One page for the night desk")
        self.nia.locator("form[action$='/coming/'] button[value=yes]").click()
        coming = self._opens("coming")
        expect(coming.locator("main")).to_contain_text("Coming: 1.")
        rooms = self._opens("rooms")
        rooms.locator("[name=rooms]").fill("2")
        self._saves(rooms, "rooms")
        expect(rooms.locator("main")).to_contain_text("Nia Roy")

    # ---------------------------------------------------------------- while it takes place

    def takes_place(self) -> None:
        """Nia joins with one press; the planner sees one more on the page of the day."""
        self.people.meeting_allowed = True
        self.nia.goto(f"/cohorts/{self.cohort}/sessions/{self.session}/")
        self.nia.locator("form[action$='/join/'] button").first.click()
        self.nia.wait_for_url("**/demo/meeting/**")
        day = self._opens("day")
        expect(day.locator("#numbers")).to_contain_text(re.compile(r"In by now\s*1\b"))

    def goes_by(self, minutes: int) -> None:
        """So much time goes by."""
        back = f"(starts_at - interval '{minutes} minutes')"
        self.house.ask(
            f"UPDATE learning_sessions_learningsession SET starts_at = {back}, day = ({back} AT TIME ZONE zone)::date,"
            f" clock = ({back} AT TIME ZONE zone)::time WHERE id = %s",
            self.session,
        )
        (self.start,) = self.house.ask(
            "SELECT starts_at FROM learning_sessions_learningsession WHERE id = %s", self.session
        )[0]

    # ---------------------------------------------------------------- after it

    def is_attended(self) -> None:
        """Two reports: rejoins are one person, a name nobody knows is settled once, the same file changes nothing."""
        self._sends(
            "zoom.csv", self._zoom(("Nia Roy", "", 0, 12), ("Nia Roy", "", 13, 30), ("iPad in room 4", "", 0, 30))
        )
        page = self.paula
        page.locator("main select[name^=name-]").first.select_option(label="Tess Holloway")
        page.get_by_role("button", name="Settle these").click()
        page.wait_for_load_state()
        self._sends("teams.csv", self._teams(("Pascal Lebrun", PASCAL, 2, 30), ("Nia Roy", NIA, 0, 30)))
        self._counts(3)
        self._sends(
            "zoom.csv", self._zoom(("Nia Roy", "", 0, 12), ("Nia Roy", "", 13, 30), ("iPad in room 4", "", 0, 30))
        )
        self._counts(3)

    def is_read_by_who_missed_it(self) -> None:
        page = self._opens("recap")
        page.locator("[name=text_en]").fill("Ask before you explain. Then write down what you heard.")
        page.locator("[name=text_fr]").fill("Demander avant d'expliquer. Puis noter ce que l'on a entendu.")
        page.locator("[name=now_en]").fill("Ask one question at the change of shift.")
        page.locator("[name=now_fr]").fill("Poser une question au changement de quart.")
        page.locator("button[name=then][value=publish]").click()
        expect(page.locator("main")).to_contain_text("Everybody in the cohort can read it")
        reader = self.people.signed_in("Reader", MARIE, **PHONE)
        reader.goto(f"/cohorts/{self.cohort}/sessions/{self.session}/recap/")
        expect(reader.locator("main")).to_contain_text("Ask before you explain")
        reader.locator("form[action$='/recap/done/'] button").click()
        followed = "SELECT count(*) FROM learning_sessions_followed WHERE learning_session_id = %s"
        assert self.house.one(followed, self.session) == 1

    def is_certified(self) -> None:
        """Everybody with two sessions gets theirs by mail; Nia's is a PDF that anybody can check."""
        page = self.paula
        page.goto(f"/planning/cohorts/{self.cohort}/certificates/")
        page.locator("main a[href='?look=1']").click()
        page.locator("main form:has([name=seen]) button").click()
        given = "SELECT count(*) FROM learning_sessions_certificate WHERE cohort_id = %s AND revoked_at IS NULL"
        assert self.house.one(given, self.cohort) >= 3
        # The mail comes when it can no longer be taken back; from then on Nia has it.
        self.house.letter(NIA, "certificate")
        self.nia.goto("/me/certificates/")
        with self.nia.expect_download() as coming:
            self.nia.locator("main a[href*='/certificates/']").first.click()
        assert coming.value.path().read_bytes().startswith(b"%PDF")
        code = self.house.one(
            "SELECT c.code FROM learning_sessions_certificate c JOIN accounts_user u ON u.id = c.person_id"
            " WHERE u.email = %s AND c.cohort_id = %s AND c.revoked_at IS NULL",
            NIA,
            self.cohort,
        )
        anybody = self.people.sit_down("Anybody")
        anybody.goto("/certificates/")
        anybody.locator("[name=code]").fill(code)
        anybody.locator("main form button").first.click()
        expect(anybody.locator("main")).to_contain_text("Nia Roy")
        page.locator("form[action$='/certificates/all/'] button").click()
        page.goto("/me/files/")
        wait_for(lambda: (page.reload(), page.locator("main a[download], main a[href*='/files/']").count())[1], 60)

    # ---------------------------------------------------------------- hands

    def _opens(self, tab: str) -> Page:
        """Return the planner's page of the session under this address."""
        self.paula.goto(f"/planning/sessions/{self.session}/{tab}/")
        return self.paula

    def _saves(self, page: Page, name: str) -> None:
        """Press the first button of the form in which this field stands, and wait for the page that answers."""
        with page.expect_navigation():
            page.locator(f"form:has([name={name}]) button[type=submit]").first.click()
        expect(page.locator(".invalid-feedback, .error-summary")).to_have_count(0)

    def _sends(self, name: str, content: bytes) -> None:
        page = self._opens("attendance")
        page.locator("a[href$='/reports/new/'], a[href*='report']").first.click()
        page.locator("[name=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        self._saves(page, "file")

    def _counts(self, people: int) -> None:
        rows = "SELECT count(*) FROM learning_sessions_attendance WHERE learning_session_id = %s"
        assert self.house.one(rows, self.session) == people

    def _at(self, minute: int) -> dt.datetime:
        return self.start.astimezone(TORONTO) + dt.timedelta(minutes=minute)

    def _zoom(self, *people: tuple[str, str, int, int]) -> bytes:
        """Return a report as Zoom writes it: (name, address, minute of coming, minute of leaving)."""
        lines = io.StringIO()
        rows = csv.writer(lines)
        rows.writerow(("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"))
        for name, address, a, z in people:
            moments = [f"{self._at(minute):%m/%d/%Y %I:%M:%S %p}" for minute in (a, z)]
            rows.writerow((name, address, *moments, z - a, "Yes"))
        return lines.getvalue().encode("utf-8-sig")

    def _teams(self, *people: tuple[str, str, int, int]) -> bytes:
        """Return a report as Teams writes it."""
        lines = ["1. Summary", f"Attended participants\t{len(people)}", "", "2. Participants"]
        lines.append("Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole")
        stays = [(n, f"{self._at(a):%m/%d/%y, %I:%M:%S %p}", f"{self._at(z):%m/%d/%y, %I:%M:%S %p}", z - a, e)
                 for n, e, a, z in people]  # fmt: skip
        lines += [f"{name}\t{came}\t{left}\t{m}m\t{address}\t\tPresenter" for name, came, left, m, address in stays]
        lines += ["", "3. In-Meeting Activities", "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole"]
        lines += [f"{name}\t{came}\t{left}\t{m}m\t{address}\tPresenter" for name, came, left, m, address in stays]
        return "\n".join(lines).encode("utf-16")


def test_a_planner_runs_a_session_from_plan_to_certificates(house, people):
    one = Planned(house, people)
    try:
        one.is_run()
    finally:
        people.meeting_allowed = False
