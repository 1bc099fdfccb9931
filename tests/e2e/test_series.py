"""One series from its first command to Ctrl-C: nine chapters in a real browser, while web, worker and beat are killed.

The chapters go on from one another. One that is run by itself tells those before it first, so that a second try alone
means something.
"""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stage import House, People, crawl, sign_in, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420), pytest.mark.xdist_group("series")]

PAULA, COLIN, LUCIE = "paula.whitford@example.org", "colin.macleod@example.org", "lucie.gagnon@example.org"
NIA, TESS, STAN, SOL = (
    "nia.roy@example.org",
    "tess.holloway@example.org",
    "stan.novak@example.org",
    "sol.brennan@example.org",
)
HELENE, BORIS = "helene.power@example.org", "boris.quill@example.org"
TEAM = "Avalon Health, 4 East"
PRIVATE = "Marigold: ask Boris about the night shift, and nobody else."
SHARED = "Show the others your list beside the kettle."
SENTENCE = "La rampe du couloir branle un peu."
QUESTION = "How do you ask on nights?\n\nThere is no huddle then."
ANSWER = "We ask at the three o'clock tea."


class Story:
    """What has been told so far, and what later chapters need to know of it."""

    def __init__(self, house: House, people: People) -> None:
        self.house, self.people = house, people
        self.told, self.torn = 0, 0
        self.known = SimpleNamespace()
        self.paula: Page
        self.helene: Page
        self.colin: Page
        self.nia: Page

    def tell(self, number: int) -> None:
        """Tell this chapter, and before it those that have not been told."""
        if self.torn:
            pytest.fail(f"chapter {self.torn} did not come to its end")
        for each in range(self.told + 1, number + 1):
            self.torn = each
            getattr(self, f"chapter_{each}")()
            self.told, self.torn = each, 0

    # ------------------------------------------------------------------ 1
    def chapter_1(self) -> None:
        said = self.house.said()
        assert self.house.url in said.splitlines()
        for line in ("planner      Paula Whitford", "participant  Nia Roy", "stranger     Stan Novak"):
            assert line in said
        assert set(self.house.pids()) == {"postgres", "valkey", "sink", "worker", "beat", "web"}

    # ------------------------------------------------------------------ 2
    def chapter_2(self) -> None:
        page = self.paula = self.people.signed_in("Paula", PAULA)
        page.goto("/planning/")
        page.get_by_role("link", name="Safety Conversations, wave 4").click()
        page.wait_for_url("**/planning/cohorts/**")
        self.known.planning = page.url
        self.known.cohort = page.url.rstrip("/").rpartition("/")[2]
        self._sees_the_line(page)
        self._takes_in_a_team(page)
        self._says_what_a_partner_can_count_on(page)
        for name, address, role, language in (
            ("Hélène Power", HELENE, "participant", "fr"),
            ("Boris Quill", BORIS, "lead", "en"),
            ("Edna Strong", "", "partner", "en"),
            ("Colin MacLeod", COLIN, "coach", "en"),
        ):
            self._invites(page, name, address, role, language)
        asked = page.locator("section[aria-labelledby=asked]")
        expect(asked.locator("li")).to_have_count(4)
        expect(asked.locator("li", has_text="Edna Strong")).to_contain_text("no mailbox")
        self.house.kill("beat")

    def _sees_the_line(self, page: Page) -> None:
        rows = [row.inner_text() for row in page.locator(".tl-list > li").all()]
        first = [text.split("\n")[0] for text in rows if text]
        assert [text for text in first if text.startswith("Session")] == ["Session 1", "Session 2", "Session 3"]
        assert [text for text in first if text.startswith("Action period")] == ["Action period 1", "Action period 2"]
        today = dt.datetime.now(ZoneInfo("America/Toronto"))
        (now,) = [text for text in first if text.startswith("Today")]
        assert now.startswith(f"Today, {today:%a} {today.day} ")
        assert first.index("Action period 1") < first.index(now) < first.index("Session 2")

    def _takes_in_a_team(self, page: Page) -> None:
        page.get_by_role("link", name="Enrol a team").click()
        page.get_by_label("Organisation", exact=True).fill("Avalon Health")
        page.get_by_label("Province or territory").select_option("NL")
        page.get_by_label("Setting").select_option("acute")
        page.get_by_label("Unit", exact=True).fill("4 East")
        page.get_by_label("Place", exact=True).select_option("st-johns")
        page.get_by_label("Language of the team").select_option("en")
        page.get_by_role("button", name="Save and invite people").click()
        page.wait_for_url(re.compile(r"/teams/[^/]+/people/"))
        self.known.team = page.url.rstrip("/").split("/")[-2]
        expect(page.locator("h1")).to_have_text(TEAM)

    def _says_what_a_partner_can_count_on(self, page: Page) -> None:
        page.locator("section[aria-labelledby=partner-welcome] a").click()
        for field, words in (
            ("support_name", "Boris Quill"), ("support_phone", "709 555 0142"), ("support_when", "weekdays until four"),
            ("partner_hours", "2"), ("recognition", "25 $ an hour"), ("access_help", "Ask Boris"),
        ):  # fmt: skip
            page.locator(f"[name={field}]").fill(words)
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(re.compile(r"/teams/[^/]+/people/$"))

    def _invites(self, page: Page, name: str, address: str, role: str, language: str) -> None:
        form = page.locator("section[aria-labelledby=invite]")
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("E-mail").fill(address)
        form.get_by_label("Role in the team").select_option(role)
        form.get_by_label("Language", exact=True).select_option(language)
        form.get_by_role("button", name="Invite").click()
        said = f"{name} will get a mail in a moment." if address else f"{name} is on the list"
        expect(page.locator("#toasts")).to_contain_text(said)

    # ------------------------------------------------------------------ 3
    def chapter_3(self) -> None:
        letter = self.house.letter(HELENE, TEAM)
        assert letter.language == "fr-CA"
        assert letter.subject.startswith(f"Votre place dans l'équipe {TEAM}")
        path = letter.address("/fr/invitation/").removeprefix(self.house.url)
        page = self.helene = self.people.sit_down(
            "Hélène", locale="fr-CA", timezone_id="America/St_Johns", viewport={"width": 390, "height": 844}
        )
        for _scanner in range(5):
            assert page.context.request.get(path).status == 200
        assert self._accepted(HELENE) is False
        page.goto("/demo/mail/")
        page.get_by_role("link", name=letter.subject).click()
        page.locator(".mail").get_by_role("link", name="Ouvrir l'invitation").click()
        assert self._accepted(HELENE) is False
        page.get_by_label("Votre nom").fill("Hélène Power-Roy")
        page.get_by_label("Français").check()
        page.get_by_label("Votre localité").select_option("st-johns")
        page.get_by_role("button", name="Commencer").click()
        page.wait_for_url("**/fr/aujourdhui/")
        expect(page.locator("h1")).to_contain_text("Hélène")
        strip = page.locator("section.strip")
        expect(strip).to_contain_text("Heure sans rendez-vous")
        expect(strip).to_contain_text(self._clock_of_helene())
        expect(strip).to_contain_text("à St. John's")
        self._others_come_too()

    def _others_come_too(self) -> None:
        page = self.people.sit_down("Boris")
        page.goto(self.house.letter(BORIS, TEAM).address("/invitation/"))
        page.get_by_label("Your place").select_option("corner-brook")
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/today/")
        # Colin has a password of his own: the link alone does not sign him in.
        page = self.colin = self.people.sit_down("Colin")
        page.goto(self.house.letter(COLIN, TEAM).address("/invitation/"))
        assert "/login/" in page.url
        sign_in(page, COLIN)
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/today/")

    def _accepted(self, address: str) -> bool:
        return self.house.one(
            "SELECT i.accepted_at IS NOT NULL FROM enrolment_invitation i JOIN accounts_user u ON u.id = i.person_id"
            " WHERE u.email = %s", address,
        )  # fmt: skip

    def _starts_at(self) -> dt.datetime:
        return self.house.one("SELECT starts_at FROM learning_sessions_learningsession WHERE id = %s", self._drop_in())

    def _drop_in(self) -> str:
        if not hasattr(self.known, "session"):
            self.known.session = str(
                self.house.one(
                    "SELECT id FROM learning_sessions_learningsession WHERE kind = 'drop_in' AND cohort_id = %s",
                    self.known.cohort,
                )
            )
        return self.known.session

    def _clock_of_helene(self, at: dt.datetime | None = None) -> str:
        """Return an hour (the drop-in hour's) on the clock in St. John's, as French writes it."""
        wall = (at or self._starts_at()).astimezone(ZoneInfo("America/St_Johns"))
        return f"{wall.hour}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{wall:%M}" if wall.minute else "")

    # ------------------------------------------------------------------ 4
    def chapter_4(self) -> None:
        reminder = self.house.letter(HELENE, "dans moins d'une heure")
        assert reminder.language == "fr-CA"
        assert f"{self._clock_of_helene()} à St. John's" in reminder.subject
        assert "Heure sans rendez-vous" in reminder.subject
        before = self._starts_at()
        self._moves("Drop-in hour", before + dt.timedelta(minutes=30))
        assert self._starts_at() - before == dt.timedelta(minutes=30)
        # Just when a hundred and forty messages begin to leave, nobody is there to send them.
        wait_for(lambda: self._sent("sessions/moved") > 0, 60, "no message about the move left")
        self.house.kill("worker")
        moved = self.house.letter(HELENE, "Changement de date", 90)
        assert f"{self._clock_of_helene()} à St. John's" in moved.subject
        wait_for(self._all_moved_are_told, 90, "some messages about the move are still here")
        assert self.house.doubled() == []
        self._no_stale_reminder()

    def _moves(self, title: str, to: dt.datetime) -> None:
        page = self.paula
        page.goto(self.known.planning)
        page.locator("section[aria-labelledby=plan-sessions] li", has_text=title).get_by_role(
            "link", name="Move"
        ).click()
        wall = to.astimezone(ZoneInfo("America/Toronto"))
        page.get_by_label("Day").fill(f"{wall:%Y-%m-%d}")
        page.get_by_label("Starts at").fill(f"{wall:%H:%M}")
        page.get_by_label("Why it moves").fill("The coaches are held up.")
        page.get_by_role("button", name="See what follows").click()
        follows = page.locator("section[aria-labelledby=follows]")
        expect(follows).to_contain_text("people are told")
        page.get_by_role("button", name="Move it").click()
        expect(page.locator("#toasts")).to_contain_text("Moved.")
        expect(page.get_by_role("button", name="Undo the move")).to_be_visible()

    def _sent(self, kind: str) -> int:
        return self.house.one("SELECT count(*) FROM planned_message WHERE kind = %s AND state = 'sent'", kind)

    def _all_moved_are_told(self) -> bool:
        return not self.house.one(
            "SELECT count(*) FROM planned_message WHERE kind = 'sessions/moved'"
            " AND state IN ('planned', 'claimed', 'sending', 'uncertain', 'retry', 'held', 'dead')"
        )

    def _no_stale_reminder(self) -> None:
        version = self.house.one(
            "SELECT version FROM learning_sessions_learningsession WHERE id = %s", self.known.session
        )
        stale = self.house.ask(
            "SELECT state FROM planned_message WHERE kind = 'sessions/reminder' AND source_id = %s"
            " AND source_version < %s AND state IN ('planned', 'claimed', 'retry', 'held')",
            self.known.session, version,
        )  # fmt: skip
        assert stale == []
        assert len(self.house.letters(HELENE, "dans moins d'une heure")) == 1

    # ------------------------------------------------------------------ 5
    def chapter_5(self) -> None:
        page = self.helene
        page.goto("/fr/aujourdhui/")
        self.people.meeting_allowed = True
        with page.expect_request("**/demo/meeting/*") as going:
            page.get_by_role("button", name="Participer à la séance").click()
        page.wait_for_url("http://127.0.0.1:*/demo/meeting/*")
        assert "referer" not in going.value.all_headers()
        expect(page.locator("h1")).to_be_visible()
        self.people.meeting_allowed = False
        attended = "SELECT count(*) FROM learning_sessions_attendance WHERE learning_session_id = %s"
        assert self.house.one(attended, self.known.session) == 1
        self.known.session_page = f"/cohorts/{self.known.cohort}/sessions/{self.known.session}/"
        self.paula.goto(self.known.session_page)
        expect(self.paula.locator("main")).to_contain_text("Attendance counts for 1 person so far.")
        self._address_is_nowhere_else()

    def _address_is_nowhere_else(self) -> None:
        starts = {
            "Paula": [self.known.planning, self.known.session_page],
            "Hélène": ["/fr/aujourdhui/"],
            "Colin": ["/coaching/"],
        }
        for name, pages in starts.items():
            for start in pages:
                for path, text in crawl(self.people.contexts[name], start.removeprefix(self.house.url)):
                    assert "demo/meeting" not in text, f"{name} reads the meeting's address on {path}"
        details = self.paula.context.request.get(f"/planning/sessions/{self.known.session}/details/")
        assert details.status == 200
        assert "demo/meeting" not in details.text()
        for letter in self.house.letters():
            assert "demo/meeting" not in letter.words + letter.subject

    # ------------------------------------------------------------------ 6
    def chapter_6(self) -> None:
        page = self.helene
        page.goto("/fr/aujourdhui/")
        page.get_by_role("link", name="Noter une conversation").first.click()
        page.get_by_role("button", name="Une ou un collègue").click()
        expect(page.locator("h1")).to_have_text("C'est noté. Merci.")
        expect(page.locator(".saved")).to_contain_text("1 ")
        self.house.kill("web")
        page.locator("textarea[name=sentence]").fill(SENTENCE)
        page.get_by_role("button", name="Terminer").click()
        page.wait_for_url("**/conversations/")
        expect(page.locator("main")).to_contain_text(SENTENCE)
        page.goto(f"/fr/equipes/{self.known.team}/essais/")
        page.get_by_role("link", name="Essayer un changement").first.click()
        page.locator("[name=title]").fill("Une question à la relève de nuit")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("h1")).to_have_text("Une question à la relève de nuit")
        self._numbers(page)

    def _numbers(self, page: Page) -> None:
        """Last week's number on the team's page; then the weeks before it, from the sheet on the wall."""
        page.goto(f"/fr/equipes/{self.known.team}/")
        page.locator("form.card-foot input[name=value]").fill("9")
        page.get_by_role("button", name="Enregistrer le chiffre").click()
        expect(page.locator("#toasts")).to_contain_text("9")
        expect(page.locator("figure.chart .finding")).not_to_be_empty()
        weeks = [link.get_attribute("href") for link in page.locator("form.card-foot details li a").all()]
        assert len(weeks) >= 9
        for place, week in enumerate(weeks):
            page.goto(week)
            page.locator("form.card-foot input[name=value]").fill(str(5 + 4 * (place % 2) + place % 3))
            page.get_by_role("button", name="Enregistrer le chiffre").click()
            page.wait_for_url("**/chiffres/")
        page.goto(f"/fr/equipes/{self.known.team}/")
        chart = page.locator("figure.chart")
        expect(chart.locator("svg .rc-median").first).to_be_attached()
        expect(chart.locator("figcaption")).to_contain_text("médiane")
        expect(chart.locator(".finding")).not_to_be_empty()
        expect(page.locator(".tries")).to_contain_text("Une question à la relève de nuit")

    # ------------------------------------------------------------------ 7
    def chapter_7(self) -> None:
        page = self.colin
        page.goto("/coaching/")
        page.locator(f"a[href='/coaching/teams/{self.known.team}/']").first.evaluate("link => link.click()")
        page.wait_for_url(f"**/coaching/teams/{self.known.team}/")
        news = page.locator("section[aria-labelledby=news]")
        expect(news).to_contain_text("Une question à la relève de nuit")
        expect(news.locator("li")).not_to_have_count(0)
        page.locator("#team-note textarea").fill(SHARED)
        page.get_by_role("button", name="Give the note to the team").click()
        expect(page.locator("#toasts")).to_contain_text("The note is there.")
        page.locator("#private-note textarea").fill(PRIVATE)
        page.get_by_role("button", name="Keep the note for me").click()
        expect(page.locator("#private-note")).to_contain_text(PRIVATE)
        # Only a press of their own marks it as read.
        expect(news).to_contain_text("Une question à la relève de nuit")
        letter = self.house.letter(HELENE, "Colin")
        assert SHARED not in letter.words
        self.helene.goto(letter.address("/notes/"))
        expect(self.helene.locator("main")).to_contain_text(SHARED)
        self._nobody_else_reads_it()

    def _nobody_else_reads_it(self) -> None:
        self.people.signed_in("Lucie", LUCIE)
        for name, start in (
            ("Hélène", f"/fr/equipes/{self.known.team}/"),
            ("Paula", f"/teams/{self.known.team}/notes/"),
            ("Lucie", "/coaching/"),
        ):
            for path, text in crawl(self.people.contexts[name], start, most=15):
                assert "Marigold" not in text, f"{name} reads the private note on {path}"
        assert [one.name for one in self.house.letters(saying="Marigold")] == []
        assert self.house.one("SELECT count(*) FROM audit_entry WHERE detail::text LIKE '%%Marigold%%'") == 0

    # ------------------------------------------------------------------ 8
    def chapter_8(self) -> None:
        asks = self.people.contexts["Boris"].pages[0]
        asks.goto(f"/cohorts/{self.known.cohort}/forum/ask/new/")
        asks.locator("textarea[name=text]").fill(QUESTION)
        asks.get_by_role("button", name="Post", exact=True).click()
        asks.wait_for_url(re.compile(r"/forum/ask/[0-9a-f-]{36}/"))
        self.known.thread = asks.url.split("#")[0].removeprefix(self.house.url)
        nia = self.nia = self.people.signed_in("Nia", NIA)
        # One mail about a thread waits at a time: the next answer has one of its own when the last one has left.
        for told, text in enumerate((ANSWER, "At the nurses' window.", "Sorry, wrong thread."), start=1):
            self._answers(nia, text)
            wait_for(
                lambda told=told: len(self.house.letters(BORIS, "Nia Roy")) == told,
                60,
                f"the author misses mail {told}",
            )
        assert all(
            "three o'clock" not in one.words and "How do you ask" not in one.words
            for one in self.house.letters(BORIS, "Nia Roy")
        )
        self._hides()

    def _answers(self, page: Page, text: str) -> None:
        page.goto(self.known.thread)
        page.locator("#write textarea").fill(text)
        page.get_by_role("button", name="Post", exact=True).click()
        expect(page.locator("article.post", has_text=text)).to_be_visible()

    def _hides(self) -> None:
        """The writer takes one back, a reader hides one, a planner looks and hides another."""
        self._press(self.nia, "#post-4", "Take it back")
        self._reads(self.paula, "wrong thread", False)
        self._press(self.helene, "#post-3", "Hide this")
        self._reads(self.nia, "nurses' window", False)
        self._reads(self.paula, "nurses' window", True)  # the planning team looks at it, and decides
        self._press(self.paula, "#post-3", "Show it again")
        self._reads(self.helene, "nurses' window", True)
        self._press(self.paula, "#post-2", "Hide this")
        self._reads(self.helene, "three o'clock", False)
        self._press(self.paula, "#post-2", "Show it again")
        self._reads(self.nia, "three o'clock", True)

    def _press(self, page: Page, post: str, button: str) -> None:
        page.goto(self.known.thread)
        page.locator(post).get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()

    def _reads(self, page: Page, words: str, does: bool) -> None:
        page.goto(self.known.thread)
        expect(page.locator("h1")).to_be_visible()
        shown = [text for text in page.locator("article.post").all_inner_texts() if words in text]
        assert bool(shown) is does, f"{words!r} is {'not ' if does else ''}to be read"

    # ------------------------------------------------------------------ 9
    def chapter_9(self) -> None:
        self._brings_session_2_forward()
        team, cohort = self.known.team, self.known.cohort
        of_the_team = [
            f"/teams/{team}/{rest}"
            for rest in ("", "tries/", "tries/new/", "numbers/", "conversations/", "notes/", "people/")
        ] + [f"/log/teams/{team}/", f"/coaching/teams/{team}/"]
        of_planners = [f"/planning/cohorts/{cohort}/"]
        # What these are about Tess, Sol and Hélène do see: they are told that it is not theirs to do.
        verbs_of_planners = [
            f"/planning/cohorts/{cohort}/enrol/",
            f"/planning/sessions/{self.known.session}/move/",
            f"/planning/sessions/{self.known.session}/details/",
        ]
        of_the_cohort = [f"/cohorts/{cohort}/", f"/cohorts/{cohort}/forum/", self.known.thread, self.known.session_page]
        self.people.sit_down("nobody")
        self.people.signed_in("Stan", STAN)
        self.people.signed_in("Tess", TESS)
        self.people.signed_in("Sol", SOL)
        for path in of_the_team + of_planners + verbs_of_planners + of_the_cohort:
            assert self._status("nobody", path) == 302, path
            assert self._status("Stan", path) == 404, path
        for path in of_the_team + of_planners:
            assert self._status("Tess", path) == 404, path
            assert self._status("Sol", path) == 404, path
        for path in of_planners:
            assert self._status("Hélène", path) == 404, path
        for path in verbs_of_planners:
            for name in ("Tess", "Sol", "Hélène"):
                assert self._status(name, path) == 403, (name, path)
        assert self._status("Hélène", f"/teams/{team}/") == 200
        self._joining_is_not_theirs()

    def _brings_session_2_forward(self) -> None:
        """Move it to today, so that its last reminder is due in a minute or two: the end of the story waits for it."""
        now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
        self.known.session_2 = now + dt.timedelta(minutes=62)
        self._moves("Session 2", self.known.session_2)

    def _status(self, name: str, path: str) -> int:
        return self.people.contexts[name].request.get(path, max_redirects=0).status

    def _joining_is_not_theirs(self) -> None:
        """Stan posts with a token of his own: it is not the token that keeps him out."""
        context = self.people.contexts["Stan"]
        token = next(one["value"] for one in context.cookies() if one["name"] == "csrftoken")
        answer = context.request.post(
            f"{self.known.session_page}join/",
            headers={"X-CSRFToken": token, "Referer": self.house.url, "Origin": self.house.url},
            max_redirects=0,
        )
        assert answer.status == 404
        assert "demo/meeting" not in answer.text()

    # ------------------------------------------------------------------ the end
    def chapter_10(self) -> None:
        self._is_reminded_at_the_new_hour()
        wait_for(self._all_is_told, 60, "messages that were due are still here")
        assert self.house.doubled() == []
        twice = self.house.ask(
            "SELECT recipient_key, kind, source_id, occurrence, source_version FROM planned_message WHERE state = 'sent'"
            " GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"
        )
        assert twice == []
        said = self.house.said()
        for name in ("web", "worker", "beat"):
            assert said.count(f"{name} was ended by signal 9; it is started again") == 1
        self.people.leave()
        assert self.house.interrupt() == 0
        assert self.house.said().endswith("Everything has ended.\n")
        assert self.house.processes() == []

    def _is_reminded_at_the_new_hour(self) -> None:
        hour = f"{self._clock_of_helene(self.known.session_2)} à St. John's"
        reminder = wait_for(
            lambda: [one for one in self.house.letters(HELENE, "dans moins d'une heure") if hour in one.subject],
            150,
            "no reminder at the new hour of session 2",
        )
        assert len(reminder) == 1
        assert "Séance 2" in reminder[0].subject + reminder[0].words

    def _all_is_told(self) -> bool:
        return not self.house.one(
            "SELECT count(*) FROM planned_message WHERE state IN ('claimed', 'sending', 'uncertain', 'retry', 'held', 'dead')"
            " OR (state = 'planned' AND next_attempt_at <= clock_timestamp())"
        )


@pytest.fixture(scope="module")
def story(house, everybody):
    return Story(house, everybody)


def test_one_command_starts_everything_and_says_who_one_can_be(story, people):
    story.tell(1)


def test_a_planner_sees_the_line_takes_in_a_team_and_invites(story, people):
    story.tell(2)


def test_an_invitation_is_opened_and_taken_up(story, people):
    story.tell(3)


def test_a_reminder_arrives_once_and_a_moved_session_is_told_once(story, people):
    story.tell(4)


def test_join_leads_to_the_meeting_whose_address_stands_nowhere_else(story, people):
    story.tell(5)


def test_a_conversation_a_try_and_a_number_make_a_chart(story, people):
    story.tell(6)


def test_the_coach_sees_what_happened_and_writes_two_notes(story, people):
    story.tell(7)


def test_a_question_is_answered_and_posts_can_be_hidden(story, people):
    story.tell(8)


def test_others_get_nothing(story, people):
    story.tell(9)


def test_no_mail_was_doubled_and_ctrl_c_ends_everything(story, people):
    story.tell(10)
