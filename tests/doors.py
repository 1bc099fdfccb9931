"""Every address of the product and whom it is open to, in one table.

A row says who may GET, who may POST, and who else sees the row that the address names. From that follows every answer:

    may                      the page is shown, the verb is done (or says why not now)
    may by the other method  405
    sees the row             403: it is a verb that this person may never do here
    anybody else             404: they may not know that it exists
    nobody signed in         the sign-in page

People are those of tests/cast.py, rows those of tests/world.py.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import override

from tests import cast as people

ALL = frozenset(people.PEOPLE)
NOBODY: frozenset[str] = frozenset()
PAULA, NIA, COLIN, PIA, OLGA = (frozenset({name}) for name in ("paula", "nia", "colin", "pia", "olga"))
COACHES = frozenset({"colin", "cora"})
TEAM = frozenset({"tess", "nia", "pierre"})
SEES_TEAM = TEAM | COACHES | PAULA
IN_FORUM = SEES_TEAM | {"otto", "max", "fia"}
IN_COHORT = IN_FORUM | {"sol", "sela"}
FAR = OLGA | PIA


@dataclasses.dataclass(frozen=True)
class Door:
    """One address. ``get`` and ``post`` name who may; None is a method that it does not have.

    ``sees``: who sees the row it names besides those. ``answers``: what an open POST may say; ``words`` is what it sends.
    """

    name: str
    args: Callable[[Any], list] = lambda world: []
    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    sees: frozenset[str] = NOBODY
    words: Callable[[Any], dict] = lambda world: {}
    answers: tuple[int, ...] = (302,)

    def address(self, world, lang: str = "en") -> str:
        with override(lang):
            return reverse(self.name, args=self.args(world))

    def due(self, who: str, method: str) -> tuple[int, ...]:
        """Return the statuses that ``who`` may meet here by this method."""
        mine, other = (self.get, self.post) if method == "get" else (self.post, self.get)
        if mine is not None and who in mine:
            return (200, 302) if method == "get" else self.answers
        if mine is None and who in (other or NOBODY):
            return (405,)
        return (403,) if who in self.sees | (mine or NOBODY) | (other or NOBODY) else (404,)


# A form sent empty is shown again with what is missing; done, it leads on.
FORM = (200, 302, 422)
TEXT = {"text": "Well done.", "once": ""}


def page(name, args, get, sees=NOBODY) -> Door:
    """A page that is only read."""
    return Door(name, args, get=get, sees=sees)


def form(name, args, may, sees=NOBODY, **more) -> Door:
    """A page with the form of a verb: whoever sees the row and may not do this is told so before anything is typed."""
    return Door(name, args, **{"get": may, "post": may, "sees": sees, "answers": FORM, **more})


def verb(name, args, may, sees=NOBODY, **more) -> Door:
    """A button."""
    return Door(name, args, post=may, sees=sees, **more)


def both(name: str, rows: Callable[[Any], list], near: dict, far: dict, kind=page, **more) -> list[Door]:
    """The same address twice: of the cast's own team or cohort, and of the far one."""
    return [
        kind(name, lambda world: rows(world.near), **{**near, **more}),
        kind(name, lambda world: rows(world.far), **{**far, **more}),
    ]


def _team(rows) -> list:
    return [rows.team.pk]


def _cohort(rows) -> list:
    return [rows.cohort.pk]


def _planner(rows) -> Any:
    return rows.cohort.memberships.filter(role="planner").order_by("since").first().pk


def _try(rows) -> list:
    return [rows.team.pk, rows.tried.pk]


def _measure(rows) -> list:
    return [rows.team.pk, rows.measure.pk]


def _monday(world) -> str:
    """Return a Monday of the running series, as an address names it."""
    today = timezone.now().date()
    return (today - dt.timedelta(days=today.weekday())).isoformat()


def _conversation(rows) -> list:
    return [rows.conversation.pk]


def _unmailed(rows) -> list:
    return [rows.team.pk, rows.unmailed.pk]


def _role(rows) -> list:
    return [rows.team.pk, rows.role.pk]


def _home(rows) -> list:
    return [rows.team.unit.organisation_id]


def _place_site(rows) -> list:
    return [rows.team.unit.organisation_id, rows.site.pk]


def _unit(rows) -> list:
    return [rows.team.unit_id]


def _contact(rows) -> list:
    return [rows.team.unit_id, rows.contact.pk]


def _session(rows) -> list:
    return [rows.session.pk]


def _item(rows) -> list:
    return [rows.session.pk, rows.item.pk]


def _appearance(rows) -> list:
    return [rows.session.pk, rows.appearance.pk]


def _material(rows) -> list:
    return [rows.session.pk, rows.material.pk]


def _speaker(rows) -> list:
    return [rows.session.pk, rows.appearance.speaker_id]


def _host(rows) -> list:
    return [rows.session.pk, rows.partner.pk]


def _run_line(rows) -> list:
    return [rows.session.pk, rows.run_line.pk]


def _in_cohort(rows) -> list:
    return [rows.cohort.pk, rows.session.pk]


def _series(rows) -> list:
    return [rows.cohort.pk, rows.series.pk]


def _announcement(rows) -> list:
    return [rows.announcement.pk]


def _announced(rows) -> list:
    return [rows.cohort.pk, rows.announced.pk]


def _report(rows) -> list:
    return [rows.session.pk, rows.report.pk]


def _certificate(rows) -> list:
    return [rows.cohort.pk, rows.certificate.pk]


def _mail(rows) -> list:
    return [rows.mail.pk]


def _said(rows) -> list:
    return [rows.team.pk, rows.said.pk]


def _programme(world) -> list:
    return [world.cast.programme.pk]


def _survey(rows) -> list:
    return [rows.cohort.pk, rows.survey.pk]


def _question(rows) -> list:
    return [*_survey(rows), rows.question.pk]


def _applied(rows) -> list:
    return [rows.cohort.pk, rows.applied.pk]


def _gets(near, far=FAR):
    return {"near": {"get": near}, "far": {"get": far}}


def _may(near, near_sees, far, far_sees):
    return {"near": {"may": near, "sees": near_sees}, "far": {"may": far, "sees": far_sees}}


IN_TEAM = _may(TEAM, SEES_TEAM, OLGA, FAR)
COACHED = _may(COACHES, SEES_TEAM, NOBODY, FAR)
PLANNED = _may(PAULA, IN_COHORT, PIA, FAR)
PLAN_READ = {"near": {"get": PAULA, "sees": IN_COHORT}, "far": {"get": PIA, "sees": FAR}}
PLANNING = _may(PAULA, NOBODY, PIA, NOBODY)
READING = _may(SEES_TEAM, NOBODY, FAR, NOBODY)
WRITTEN = _may(NIA, SEES_TEAM, OLGA, FAR)
COMING = _may(IN_COHORT - {"sol", "sela"}, IN_COHORT, FAR, NOBODY)
SHOWING = _may(PAULA, SEES_TEAM, PIA, FAR)
HELPED = _may(PAULA | COACHES | {"tess"}, SEES_TEAM, PIA, FAR)
FILLED = _may(PAULA | {"tess"}, SEES_TEAM, PIA, FAR)
MARKED = _may(TEAM | PAULA, SEES_TEAM, FAR, FAR)
TALKING = _may(IN_FORUM, NOBODY, FAR, NOBODY)

# The other organisation has a team in each of the two cohorts.
SEES_FAR_HOME = FAR | PAULA | {"otto"}
KEPT_HOME = _may(PAULA, SEES_TEAM | PIA, PAULA | PIA, SEES_FAR_HOME)

DOORS = [
    # ---- everybody who is signed in
    *(page(name, lambda world: [], ALL) for name in (
        "today", "team_home", "cohort_home", "planning", "more", "who_sees_me", "what_i_see", "my_devices", "my_messages", "my_data", "forum_home")),
    form("me", lambda world: [], ALL),
    form("my_choices", lambda world: [], ALL),
    form("my_kinds", lambda world: [], ALL),
    verb("read_all_messages", lambda world: [], ALL),
    verb("read_message", lambda world: [world.near.session.pk], ALL),
    page("my_message", lambda world: [world.told.pk], NIA),
    Door("log_conversation", get=ALL, post=TEAM | {"otto", "olga"}, answers=FORM),
    verb("switch_language", lambda world: [], ALL, words=lambda world: {"language": "en", "next": "/today/"}),
    verb("draft", lambda world: [], ALL, words=lambda world: {"draft_key": "x"}),
    verb("second_factor_later", lambda world: [], ALL),
    verb("draft_discard", lambda world: [], ALL, words=lambda world: {"draft_key": "x"}),
    verb("view_as_end", lambda world: [], ALL),
    Door("my_consent", get=ALL, post=ALL, answers=FORM, words=lambda world: {"answer": "yes"}),
    verb("end_device", lambda world: [world.cast.nia.devices.latest("pk").pk], NIA),
    verb("end_other_devices", lambda world: [], ALL),
    verb("push_begin", lambda world: [], ALL),
    verb("push_end", lambda world: [world.told_device.pk], NIA),
    page("my_files", lambda world: [], ALL),
    page("my_calendar", lambda world: [], ALL),
    verb("make_calendar", lambda world: [], ALL),
    verb("end_calendar", lambda world: [], ALL),
    page("my_certificates", lambda world: [], ALL),
    *both("my_file", lambda rows: [rows.job.pk], **_gets(PAULA, PIA)),
    *both("stop_job", lambda rows: [rows.job.pk], **_may(PAULA, NOBODY, PIA, NOBODY), kind=verb),
    form("planning_view_as", lambda world: [world.cast.nia.pk], PAULA),
    form("planning_view_as", lambda world: [world.cast.olga.pk], PIA),
    # ---- a cohort and its sessions
    *both("cohort", _cohort, **_gets(IN_COHORT)),
    *both("session", lambda rows: [rows.cohort.pk, rows.session.pk], **_gets(IN_COHORT)),
    page("session", lambda world: [world.near.cohort.pk, world.far.session.pk], NOBODY),
    *both("session_join", lambda rows: [rows.cohort.pk, rows.session.pk],
          **_may(IN_COHORT - {"sol", "sela"}, IN_COHORT, FAR, NOBODY), kind=verb, answers=(409,)),
    verb("session_join", lambda world: [world.near.cohort.pk, world.far.session.pk], NOBODY),
    *(door for name in ("session_room", "session_room_confirm", "session_sound")
      for door in both(name, _in_cohort, **COMING, kind=verb, answers=(200, 302))),
    *both("session_room_somebody", _in_cohort, **COMING, kind=form),
    *both("session_guests", _in_cohort, **_may(PAULA | {"tess"}, IN_COHORT, PIA, FAR), kind=form),
    *both("session_guest", lambda rows: [*_in_cohort(rows), rows.guest.pk], **_may(PAULA | {"tess"}, IN_COHORT, PIA, FAR),
          kind=verb),
    verb("session_guest", lambda world: [*_in_cohort(world.near), world.far.guest.pk], NOBODY, IN_COHORT - PAULA - {"tess"}),
    *both("planning_session_links", _session, **PLANNED, kind=form),
    verb("planning_session_link_revoke", lambda world: [world.near.session.pk, world.cast.nia.pk], PAULA, IN_COHORT),
    verb("planning_session_link_revoke", lambda world: [world.near.session.pk, world.cast.olga.pk], NOBODY, IN_COHORT - PAULA),
    verb("planning_session_link_revoke", lambda world: [world.far.session.pk, world.cast.olga.pk], PIA, FAR),
    # ---- planning
    *both("planning_cohort", _cohort, **_gets(PAULA, PIA)),
    *both("planning_facts", _cohort, **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("planning_people", _cohort, **_gets(PAULA, PIA)),
    *both("planning_team", _cohort, **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("planning_team_stop", lambda rows: [rows.cohort.pk, _planner(rows)], **_may(PAULA, NOBODY, PIA, NOBODY),
          kind=form),
    form("planning_team_stop", lambda world: [world.near.cohort.pk, _planner(world.far)], NOBODY),
    *both("planning_announce", _cohort, **_may(PAULA, NOBODY, PIA, NOBODY), kind=verb),
    *both("planning_people_import", _cohort, **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("people_import", lambda rows: [rows.people_import.pk], **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("planning_hidden", _cohort, **_gets(PAULA, PIA)),
    *both("planning_messages", _cohort, **_gets(PAULA, PIA)),
    # ---- the public pages, for those who write them
    *both("planning_site", _cohort, **_gets(PAULA, PIA)),
    *both("planning_site_page", lambda rows: [rows.cohort.pk, "overview"], **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("planning_site_page", lambda rows: [rows.cohort.pk, "faq"], **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    page("planning_site_page", lambda world: [world.near.cohort.pk, "nonsense"], NOBODY),
    *both("planning_site_preview", lambda rows: [rows.cohort.pk, "overview", 1], **_gets(PAULA, PIA)),
    *(door for name in ("planning_site_restore", "planning_site_publish", "planning_site_call_off")
      for door in both(name, lambda rows: [rows.cohort.pk, "overview", 1], **_may(PAULA, NOBODY, PIA, NOBODY), kind=verb)),
    *both("planning_letters", _cohort, **_gets(PAULA, PIA)),
    # ---- surveys
    *both("survey", lambda rows: [rows.survey_round.pk], **_may(NIA, NOBODY, OLGA, NOBODY), kind=form),
    form("survey", lambda world: [world.near.survey_closed.pk], NOBODY),
    *both("planning_surveys", _cohort, **_gets(PAULA, PIA)),
    *both("planning_surveys_export", _cohort, **_gets(PAULA, PIA)),
    *both("planning_survey", _survey, **_gets(PAULA, PIA)),
    page("planning_survey", lambda world: [world.near.cohort.pk, world.far.survey.pk], NOBODY),
    *both("planning_survey_results", lambda rows: [rows.cohort.pk, rows.survey_closed.pk], **_gets(PAULA, PIA)),
    page("planning_survey_results", lambda world: [world.near.cohort.pk, world.far.survey_closed.pk], NOBODY),
    *both("planning_survey_pass_on", lambda rows: [rows.cohort.pk, rows.survey_session.pk], **PLANNING, kind=form),
    form("planning_survey_pass_on", lambda world: [world.near.cohort.pk, world.far.survey_session.pk], NOBODY),
    *both("planning_survey_make", lambda rows: [rows.cohort.pk, "session"], **PLANNING, kind=verb),
    verb("planning_survey_make", lambda world: [world.near.cohort.pk, "nonsense"], NOBODY),
    *(door for name in ("planning_survey_on", "planning_survey_off") for door in both(name, _survey, **PLANNING, kind=verb)),
    *(door for name in ("planning_survey_words", "planning_question_new")
      for door in both(name, _survey, **PLANNING, kind=form)),
    *both("planning_question", _question, **PLANNING, kind=form),
    form("planning_question", lambda world: [*_survey(world.near), world.far.question.pk], NOBODY),
    *(door for name in ("planning_question_up", "planning_question_down", "planning_question_take_out",
                        "planning_question_put_back")
      for door in both(name, _question, **PLANNING, kind=verb)),
    *both("planning_letter_settle", lambda rows: [rows.cohort.pk, rows.letter.pk], **_may(PAULA, NOBODY, PIA, NOBODY),
          kind=verb),
    *both("enrol", _cohort, **PLANNED, kind=form),
    *both("planning_same_person", _cohort, **_may(PAULA, NOBODY, PIA, NOBODY), kind=form),
    *both("planning_same_person_undo", lambda rows: [rows.cohort.pk, rows.same.pk], **_may(PAULA, NOBODY, PIA, NOBODY),
          kind=verb),
    # ---- places
    *both("planning_organisations", _cohort, **_gets(PAULA, PIA)),
    *both("organisation", _home, **_gets(SEES_TEAM | PIA, SEES_FAR_HOME)),
    *(door for name, rows in (("organisation_change", _home), ("organisation_same", _home), ("organisation_site_new", _home),
                              ("organisation_site", _place_site))
      for door in both(name, rows, **KEPT_HOME, kind=form)),
    *both("organisation_site_remove", _place_site, **KEPT_HOME, kind=verb),
    *both("unit", _unit, **_gets(SEES_TEAM)),
    *(door for name, rows in (("unit_change", _unit), ("unit_contact_new", _unit), ("unit_contact", _contact))
      for door in both(name, rows, **FILLED, kind=form)),
    *both("unit_contact_remove", _contact, **FILLED, kind=verb),
    *both("unit_same", _unit, **_may(PAULA, SEES_TEAM, PIA, FAR), kind=form),
    *both("merge_undo", lambda rows: [rows.merge.pk], **_may(PAULA, SEES_TEAM | PIA, NOBODY, SEES_FAR_HOME), kind=verb),
    # ---- the dates of a cohort, the planning team's tasks, the template
    *both("planning_dates", _cohort, **_gets(PAULA, PIA)),
    *(door for name in ("planning_enrolment_days", "planning_shift", "planning_quiet_new", "planning_tasks")
      for door in both(name, _cohort, **PLANNING, kind=form)),
    *both("planning_quiet_remove", lambda rows: [rows.cohort.pk, rows.quiet.pk], **PLANNING, kind=form),
    form("planning_quiet_remove", lambda world: [world.near.cohort.pk, world.far.quiet.pk], NOBODY),
    *both("planning_stretch", lambda rows: [rows.cohort.pk, rows.cohort.phases.get(key="ap1").pk], **PLANNING, kind=form),
    form("planning_stretch", lambda world: [world.near.cohort.pk, world.near.cohort.phases.get(key="ls1").pk], NOBODY),
    *both("planning_dates_undo", lambda rows: [rows.cohort.pk, rows.change.pk], **PLANNING, kind=verb),
    verb("planning_dates_undo", lambda world: [world.near.cohort.pk, world.far.change.pk], NOBODY),
    *both("planning_close", _cohort, **PLANNING, kind=form),
    *both("planning_close_undo", _cohort, **PLANNING, kind=verb),
    *both("planning_task", lambda rows: [rows.cohort.pk, rows.task.pk], **PLANNING, kind=form),
    *(door for name in ("planning_task_tick", "planning_task_untick")
      for door in both(name, lambda rows: [rows.cohort.pk, rows.task.pk], **PLANNING, kind=verb)),
    form("planning_task", lambda world: [world.near.cohort.pk, world.far.task.pk], NOBODY),
    page("planning_template", _programme, PAULA | PIA),
    form("planning_words", _programme, PAULA | PIA),
    form("planning_session_rules", _programme, PAULA | PIA),
    form("planning_charts", _programme, PAULA | PIA),
    *(form(name, _programme, PAULA | PIA) for name in ("planning_new_cohort", "planning_template_task_new")),
    form("planning_new_cohort_dates", _programme, PAULA | PIA),
    form("planning_template_phase", lambda world: [world.cast.programme.pk, world.cast.programme.template.first().pk],
         PAULA | PIA),
    form("planning_template_task", lambda world: [*_programme(world), world.cast.programme.template_tasks.first().pk],
         PAULA | PIA),
    *(form(name, _programme, PAULA | PIA) for name in ("planning_template_session_new", "planning_template_stretch_new")),
    form("planning_template_phase_take_out",
         lambda world: [*_programme(world), world.cast.programme.template.first().pk], PAULA | PIA),
    verb("planning_template_phase_put_back",
         lambda world: [*_programme(world), world.cast.programme.template.first().pk], PAULA | PIA),
    *(verb(name, lambda world: [*_programme(world), world.cast.programme.template_tasks.first().pk], PAULA | PIA)
      for name in ("planning_template_task_take_out", "planning_template_task_put_back")),
    *both("session_move", _session, **PLANNED, kind=form),
    *both("session_details", _session, **PLANNED, kind=form),
    *(door for name in ("planning_session_meeting", "planning_session_release")
      for door in both(name, _session, **PLANNED, kind=form)),
    *(door for name in ("planning_session_meeting_again", "planning_session_sheet")
      for door in both(name, _session, **PLANNED, kind=verb)),
    *both("planning_session_address", _session, **PLANNED, kind=verb, answers=(200,)),
    *both("planning_session_day", _session, **PLAN_READ),
    *both("session_undo", lambda rows: [rows.session.pk, rows.change.pk], **PLANNED, kind=verb),
    verb("session_undo", lambda world: [world.far.session.pk, world.near.change.pk], NOBODY, FAR - PIA),
    # ---- who comes, the small rooms, those from outside, series of webinars
    *both("session_coming", _in_cohort, **COMING, kind=verb),
    *(door for name in ("planning_session_coming", "planning_session_rooms", "planning_session_registered")
      for door in both(name, _session, **PLANNED, kind=form)),
    *both("planning_session_rooms_move", _session, **PLANNED, kind=verb, answers=FORM),
    *(door for name in ("planning_session_rooms_others", "planning_session_rooms_show")
      for door in both(name, _session, **PLANNED, kind=verb)),
    *both("cohort_webinars", _series, **_gets(IN_COHORT)),
    page("cohort_webinars", lambda world: [world.near.cohort.pk, world.far.series.pk], NOBODY),
    *both("planning_webinars", _cohort, **_gets(PAULA, PIA)),
    *both("planning_webinars_new", _cohort, **PLANNING, kind=form),
    *(door for name in ("planning_webinars_edit", "planning_webinars_remove")
      for door in both(name, _series, **PLANNING, kind=form)),
    form("planning_webinars_edit", lambda world: [world.near.cohort.pk, world.far.series.pk], NOBODY),
    # ---- who came, the recap, certificates
    *(door for name in ("planning_session_attendance", "planning_session_report_new", "planning_session_recap")
      for door in both(name, _session, **PLANNED, kind=form)),
    *both("planning_session_recap_take_back", _session, **PLANNED, kind=verb),
    *both("planning_session_report", _report, **PLANNED, kind=form),
    form("planning_session_report", lambda world: [world.near.session.pk, world.far.report.pk], NOBODY,
         IN_COHORT - PAULA),
    *both("session_recap", lambda rows: [rows.cohort.pk, rows.session.pk], **_gets(IN_COHORT)),
    page("session_recap", lambda world: [world.near.cohort.pk, world.far.session.pk], NOBODY),
    *both("session_follow", lambda rows: [rows.cohort.pk, rows.session.pk],
          **_may(IN_COHORT - {"sol", "sela"}, IN_COHORT, FAR, NOBODY), kind=verb),
    *both("planning_attendance", _cohort, **_gets(PAULA, PIA)),
    *both("planning_certificates", _cohort, **PLANNING, kind=form),
    *both("planning_certificates_all", _cohort, **PLANNING, kind=verb),
    *both("planning_certificate_revoke", _certificate, **PLANNING, kind=form),
    form("planning_certificate_revoke", lambda world: [world.near.cohort.pk, world.far.certificate.pk], NOBODY),
    *both("planning_certificate_give_again", _certificate, **PLANNING, kind=verb),
    *both("certificate", lambda rows: [rows.certificate.pk], **_gets(NIA | PAULA, FAR)),
    # ---- a session as it is planned: its agenda, people, hosts, run of show
    *both("planning_session_new", _cohort, **PLANNING, kind=form),
    *both("planning_session_cancel", _session, **PLANNED, kind=form),
    *both("planning_session_restore", _session, **PLANNED, kind=verb),
    *(door for name in ("agenda", "person_new", "host_new", "run")
      for door in both(f"planning_session_{name}", _session, **PLANNED, kind=form)),
    *(both("planning_session_people", _session, **PLAN_READ)),
    *(both("planning_session_run_paper", _session, **PLAN_READ)),
    *(door for name, rows in (("item", _item), ("item_teams", _item), ("person", _appearance), ("speaker", _speaker),
                              ("host", _host), ("run_line", _run_line))
      for door in both(f"planning_session_{name}", rows, **PLANNED, kind=form)),
    *(door for name, rows in (("item_move", _item), ("item_remove", _item), ("person_move", _appearance),
                              ("host_remove", _host), ("run_remove", _run_line))
      for door in both(f"planning_session_{name}", rows, **PLANNED, kind=verb)),
    *both("planning_session_person_remove", _appearance, **PLANNED, kind=verb, words=lambda world: {"slides": "too"}),
    *both("planning_session_materials", _session, **PLAN_READ),
    *both("planning_session_material_new", _session, **PLANNED, kind=form),
    *both("planning_session_material", _material, **PLANNED, kind=form),
    *both("planning_session_material_do", _material, **PLANNED, kind=verb, words=lambda world: {"do": "up"}),
    *both("planning_speaker_page", _appearance, **PLANNED, kind=verb, words=lambda world: {"do": "end"}),
    *both("planning_speaker_slides", lambda rows: [*_appearance(rows), rows.slides.pk], **PLAN_READ),
    page("planning_speaker_slides", lambda world: [*_appearance(world.near), world.far.slides.pk], NOBODY, IN_COHORT - PAULA),
    form("planning_session_material", lambda world: [world.near.session.pk, world.far.material.pk], NOBODY, IN_COHORT - PAULA),
    *both("session_material_file", lambda rows: [rows.cohort.pk, *_material(rows), "fr"], **_gets(IN_COHORT)),
    page("session_material_file", lambda world: [world.near.cohort.pk, world.near.session.pk, world.far.material.pk, "en"],
         NOBODY),
    *(form(name, lambda world, rows=rows: [world.near.session.pk, rows(world.far)[1]], NOBODY, IN_COHORT - PAULA)
      for name, rows in (("planning_session_item", _item), ("planning_session_person", _appearance),
                         ("planning_session_run_line", _run_line))),
    *both("planning_outbox", _cohort, **PLANNING, kind=form),
    *both("planning_arrival", _cohort, **PLANNING, kind=form),
    form("planning_mail", lambda world: [], PAULA | PIA),
    *both("planning_mail_thread", _mail, **PLANNING, kind=form, words=lambda world: {"verb": "take"}),
    *both("planning_mail_answer_undo", lambda rows: [rows.mail.pk, uuid.UUID(int=1)], **PLANNING, kind=verb),
    *both("planning_mail_file", lambda rows: [rows.mail.pk, rows.mail_file.pk], **_gets(PAULA, PIA)),
    page("planning_mail_file", lambda world: [world.near.mail.pk, world.far.mail_file.pk], NOBODY),
    *both("planning_kinds", _cohort, **_gets(PAULA, PIA)),
    *both("planning_kind", lambda rows: [rows.cohort.pk, "sessions", "reminder"], **_gets(PAULA, PIA)),
    page("planning_kind", lambda world: [world.near.cohort.pk, "sessions", "nonsense"], NOBODY),
    *both("planning_kind_note", lambda rows: [rows.cohort.pk, "sessions", "reminder"], **PLANNING, kind=form),
    form("planning_kind_note", lambda world: [world.near.cohort.pk, "account", "login-code"], NOBODY),
    *both("planning_series", _cohort, **PLANNING, kind=form),
    # ---- announcements
    *both("planning_announcements", _cohort, **_gets(PAULA, PIA)),
    *both("planning_announcement_new", _cohort, **PLANNING, kind=form),
    *both("planning_announcement", _announcement, **PLANNING, kind=form, words=lambda world: {"verb": "me"}),
    *both("planning_announcement_change", _announcement, **PLANNING, kind=form),
    *both("planning_announcement_correct", lambda rows: [rows.announced.pk], **PLANNING, kind=form),
    *both("cohort_announcement", _announced, **_gets(IN_COHORT)),
    page("cohort_announcement", lambda world: [world.near.cohort.pk, world.near.announcement.pk], NOBODY),
    page("cohort_announcement", lambda world: [world.near.cohort.pk, world.far.announced.pk], NOBODY),
    *(door for name in ("cohort_announcement_hide", "cohort_announcement_show")
      for door in both(name, _announced, **_may(IN_COHORT, NOBODY, FAR, NOBODY), kind=verb)),
    *both("planning_message", lambda rows: [rows.message.pk], **PLANNING, kind=form,
          words=lambda world: {"verb": "drop", "drop-reason": "Not needed"}),
    *both("planning_reader", lambda rows: [rows.message.pk], **_gets(PAULA, PIA)),
    *both("planning_together", lambda rows: [rows.message.pk], **PLANNING, kind=form, words=lambda world: {"verb": "hold"}),
    *(door for name in ("planning_message_now", "planning_together_now")
      for door in both(name, lambda rows: [rows.message.pk], **PLANNING, kind=form)),
    *(door for name in ("invitation_revoke", "invitation_send_again")
      for door in both(name, lambda rows: [rows.invitation.pk], **_may(PAULA | {"tess"}, NOBODY, PIA, NOBODY), kind=verb)),
    # ---- decision day
    *(door for name in ("planning_applications", "planning_waiting") for door in both(name, _cohort, **_gets(PAULA, PIA))),
    *(door for name in ("planning_criteria", "planning_release") for door in both(name, _cohort, **PLANNING, kind=form)),
    *both("planning_letter", lambda rows: [rows.cohort.pk, "wait"], **PLANNING, kind=form),
    form("planning_letter", lambda world: [world.near.cohort.pk, "nonsense"], NOBODY),
    *(door for name in ("planning_decide", "planning_blind") for door in both(name, _cohort, **PLANNING, kind=verb)),
    *both("planning_release_undo", lambda rows: [rows.cohort.pk, rows.release.pk], **PLANNING, kind=verb),
    verb("planning_release_undo", lambda world: [world.near.cohort.pk, world.far.release.pk], NOBODY),
    *(door for name in ("planning_application", "planning_review", "planning_offer")
      for door in both(name, _applied, **PLANNING, kind=form)),
    form("planning_application", lambda world: [world.near.cohort.pk, world.far.applied.pk], NOBODY),
    *both("planning_sponsor_ask", _applied, **PLANNING, kind=verb),
    *both("planning_decide_back", lambda rows: [*_applied(rows), 1], **PLANNING, kind=verb),
    verb("planning_decide_back", lambda world: [*_applied(world.near), 99], NOBODY),
    *both("planning_waiting_move", lambda rows: [*_applied(rows), "up"], **PLANNING, kind=verb),
    verb("planning_waiting_move", lambda world: [*_applied(world.near), "away"], NOBODY),
    # ---- a team
    *(door for name in ("team", "team_conversations", "tries", "numbers", "team_notes")
      for door in both(name, _team, **_gets(SEES_TEAM))),
    Door("team_people", lambda world: [world.near.team.pk], get=SEES_TEAM, post=PAULA | {"tess"}, answers=FORM),
    *both("team_partner_welcome", _team, **FILLED, kind=form),
    Door("team_people", lambda world: [world.far.team.pk], get=FAR, post=PIA, answers=FORM),
    *both("team_member", _role, **FILLED, kind=form),
    *both("member_leave", _role, **_may(PAULA | NIA | {"tess"}, SEES_TEAM, FAR, NOBODY), kind=form),
    *both("member_replace", _role, **FILLED, kind=form),
    *both("member_close", _role, **_may(PAULA, SEES_TEAM, PIA, FAR), kind=form),
    *both("team_withdraw", _team, **_may(PAULA, SEES_TEAM, PIA, FAR), kind=form),
    *both("team_prework", lambda rows: [rows.team.pk, rows.prework.pk], **IN_TEAM, kind=verb),
    Door("team_agreement", lambda world: [world.near.team.pk], get=SEES_TEAM, post=TEAM),
    Door("team_agreement", lambda world: [world.far.team.pk], get=FAR, post=OLGA),
    *both("team_agreement_write", _team, **IN_TEAM, kind=form),
    Door("cohort_directory", lambda world: [world.near.cohort.pk], get=IN_FORUM, sees=IN_COHORT),
    Door("cohort_directory", lambda world: [world.far.cohort.pk], get=FAR),
    *both("team_pause", _team, **HELPED, kind=form),
    *both("team_resume", _team, **HELPED, kind=verb),
    *both("member_card", _unmailed, **FILLED, kind=form),
    *(Door("member_card_pdf", lambda world, rows=rows: [*_unmailed(getattr(world, rows)), "en"], get=may, sees=sees)
      for rows, may, sees in (("near", PAULA | {"tess"}, SEES_TEAM), ("far", PIA, FAR))),
    *both("team_people_import", _team, **FILLED, kind=form),
    *both("member_card_take_back", _unmailed, **FILLED, kind=verb),
    *both("log_conversation_for", _team, **IN_TEAM, kind=form),
    *both("try_new", _team, **IN_TEAM, kind=form),
    *both("measure_new", _team, **IN_TEAM, kind=form),
    *both("measure_ready", _team, **IN_TEAM, kind=verb),
    Door("measure_definition", lambda world: _measure(world.near), get=SEES_TEAM),
    Door("measure_definition", lambda world: _measure(world.far), get=FAR),
    page("measure_definition", lambda world: [world.near.team.pk, world.far.measure.pk], NOBODY),
    *both("measure_change", _measure, **IN_TEAM, kind=form),
    *both("measure_stop", _measure, **IN_TEAM, kind=verb),
    *both("measure_again", _measure, **IN_TEAM, kind=verb),
    Door("try", lambda world: _try(world.near), get=SEES_TEAM, post=TEAM, answers=FORM),
    Door("try", lambda world: _try(world.far), get=FAR, post=OLGA, answers=FORM),
    page("try", lambda world: [world.near.team.pk, world.far.tried.pk], NOBODY),
    *both("try_change", _try, **IN_TEAM, kind=form),
    *both("try_start", _try, **IN_TEAM, kind=verb, words=lambda world: {"version": world.near.tried.version}),
    *both("try_decide", _try, **IN_TEAM, kind=verb),
    *both("try_undecide", lambda rows: [*_try(rows), 1], **IN_TEAM, kind=verb),
    Door("number", lambda world: _measure(world.near), get=SEES_TEAM, post=TEAM, answers=FORM),
    Door("number", lambda world: _measure(world.far), get=FAR, post=OLGA, answers=FORM),
    page("number", lambda world: [world.near.team.pk, world.far.measure.pk], NOBODY),
    *(Door("number_file", lambda world, rows=rows, kind=kind: [*_measure(getattr(world, rows)), kind], get=may)
      for rows, may in (("near", SEES_TEAM), ("far", FAR)) for kind in ("svg", "csv", "pdf")),
    page("number_file", lambda world: [*_measure(world.near), "exe"], NOBODY),
    Door("cohort_charts", lambda world: [world.near.cohort.pk], get=IN_COHORT),
    Door("cohort_charts", lambda world: [world.far.cohort.pk], get=FAR),
    *both("number_name", _measure, **_may({"tess"}, SEES_TEAM, NOBODY, FAR), kind=verb),
    Door("number_line", lambda world: _measure(world.near), get=SEES_TEAM, post=TEAM, answers=FORM),
    Door("number_line", lambda world: _measure(world.far), get=FAR, post=OLGA, answers=FORM),
    page("number_line", lambda world: [world.near.team.pk, world.far.measure.pk], NOBODY),
    Door("number_point", lambda world: [*_measure(world.near), _monday(world)], get=SEES_TEAM),
    Door("number_point", lambda world: [*_measure(world.far), _monday(world)], get=FAR),
    page("number_point", lambda world: [*_measure(world.near), "2020-02-30"], NOBODY),
    *both("chart_event", _team, **IN_TEAM, kind=form),
    *both("chart_event_gone", lambda rows: [*_team(rows), uuid.UUID(int=1)], **MARKED, kind=verb),
    *both("sheet", _team, **IN_TEAM, kind=form),
    *both("numbers_paste", _team, **IN_TEAM, kind=form),
    Door("sheet_download", lambda world: [world.near.team.pk], get=TEAM, sees=SEES_TEAM),
    Door("sheet_download", lambda world: [world.far.team.pk], get=OLGA, sees=FAR),
    *both("sheet_sent", lambda rows: [rows.team.pk, rows.sheet.pk], **_may(NIA, COACHES | PAULA, OLGA, PIA), kind=form),
    form("sheet_sent", lambda world: [world.near.team.pk, world.far.sheet.pk], NOBODY, sees=COACHES | PAULA),
    *both("number_later", _team, **IN_TEAM, kind=verb, words=lambda world: {"period": "2020-01-06"}),
    *both("number_later_undo", lambda rows: [*_team(rows), uuid.UUID(int=1)], **IN_TEAM, kind=verb),
    *both("number_undo", lambda rows: [*_measure(rows), uuid.UUID(int=1)], **IN_TEAM, kind=verb),
    *both("try_hide", _try, **READING, kind=verb),
    *both("try_show", lambda rows: [rows.team.pk, rows.hidden_try.pk], **SHOWING, kind=verb),
    *both("try_take_back", _try, **WRITTEN, kind=form),
    *both("conversation_saved", _conversation, **WRITTEN, kind=form),
    *both("conversation_undo", _conversation, **WRITTEN, kind=verb),
    *both("conversation_hide", _conversation, **READING, kind=verb),
    *both("conversation_show", lambda rows: [rows.hidden_conversation.pk], **SHOWING, kind=verb),
    *both("conversation_take_back", _conversation, **WRITTEN, kind=form),
    # ---- coaching
    page("coaching", lambda world: [], COACHES),
    *both("coaching_team", _team, **_gets(COACHES, NOBODY)),
    *both("coaching_seen", _team, **COACHED, kind=verb),
    *both("coaching_note", _team, **COACHED, kind=form, words=lambda world: {f"team-{k}": v for k, v in TEXT.items()}),
    *both("coaching_private_note", _team, **COACHED, kind=form,
          words=lambda world: {f"private-{k}": v for k, v in TEXT.items()}),
    *both("team_said", _team, **READING, kind=form, words=lambda world: {f"said-{k}": v for k, v in TEXT.items()}),
    *both("team_said_hide", _said, **READING, kind=verb, answers=(200, 302)),
    verb("team_said_hide", lambda world: [world.near.team.pk, world.far.said.pk], NOBODY),
    *both("team_said_show", lambda rows: [rows.team.pk, rows.hidden_said.pk], **SHOWING, kind=verb),
    *both("coaching_note_hide", lambda rows: [rows.note.pk],
          **_may(TEAM | PAULA | COLIN, SEES_TEAM, FAR, NOBODY), kind=form),
    *both("coaching_note_show", lambda rows: [rows.hidden_note.pk], **SHOWING, kind=verb),
    *both("coaching_private_throw_away", lambda rows: [rows.private.pk], **_may(COLIN, NOBODY, NOBODY, NOBODY),
          kind=form),
    # ---- forum
    *both("forum", _cohort, **_gets(IN_FORUM)),
    *both("forum_board", lambda rows: [rows.cohort.pk, "ask"], **_gets(IN_FORUM)),
    page("forum_board", lambda world: [world.near.cohort.pk, "nonsense"], NOBODY),
    *both("forum_new", lambda rows: [rows.cohort.pk, "ask"], **TALKING, kind=form, words=lambda world: TEXT),
    *both("forum_thread", lambda rows: [rows.cohort.pk, "ask", rows.thread.pk], **TALKING, kind=form,
          words=lambda world: TEXT),
    form("forum_thread", lambda world: [world.near.cohort.pk, "tried", world.near.thread.pk], NOBODY),
    form("forum_thread", lambda world: [world.far.cohort.pk, "ask", world.near.thread.pk], NOBODY),
    *both("forum_take_back", lambda rows: [rows.post.pk], **_may(frozenset({"otto"}), IN_FORUM, OLGA, FAR), kind=form),
    *both("forum_hide", lambda rows: [rows.post.pk], **TALKING, kind=verb),
    *both("forum_show", lambda rows: [rows.hidden_post.pk], **_may(PAULA, IN_FORUM, PIA, FAR), kind=verb),
]  # fmt: skip

READ = [door for door in DOORS if door.get]
# Each page once, by name: the rows of the own team come first in the table.
PAGES = {door.name: door for door in reversed(READ)}

# Doors for anybody, signed in or not, where a visitor has nothing in hand: what GET and an empty POST say.
PUBLIC = {
    "calendar_feed": (404, 405), "mail_in": (404, 404),
    "push_worker": (200, 405),
    "home": (200, 405), "healthz": (200, 405), "robots": (200, 405), "sitemap": (200, 405),
    "trust": (200, 405), "trust_pdf": (200, 405), "accessibility": (200, 405),
    "certificate_check": (200, 405), "stop_mail": (404, 404),
    "webinars": (404, 405), "register": (404, 404), "register_sent": (404, 405), "registration": (404, 404),
    "registration_join": (404, 404), "registration_withdraw": (404, 404),
    "programme": (404, 405), "programme_dates": (404, 405), "programme_faq": (404, 405),
    "programme_contact": (404, 404), "programme_contact_sent": (404, 405),
    "programme_tell_me": (404, 404), "programme_tell_me_sent": (404, 405),
    "programme_privacy_office": (404, 404), "programme_privacy_office_sent": (404, 405),
    "interest_confirm": (404, 404), "interest_stop": (404, 404),
    "apply": (404, 404), "apply_link": (404, 404), "application": (404, 404), "application_step": (404, 404),
    "application_withdraw": (404, 404), "application_return": (404, 404), "application_keep": (404, 404),
    "application_sponsor": (404, 404), "survey_link": (404, 404),
    "speaker_page": (404, 404), "speaker_slides": (404, 404), "speaker_version": (404, 404), "speaker_access": (404, 404),
    "speaker_who": (404, 404), "speaker_consent": (404, 404), "speaker_join": (404, 404),
    "personal_join": (404, 404), "personal_colleague": (404, 404), "personal_room": (404, 404), "guest_join": (404, 404),
    "one_thing": (404, 404), "one_thing_not_me": (404, 404),
    "card": (200, 200), "card_first": (302, 302),
    "invitation": (404, 404), "invitation_again": (405, 200), "invitation_not_me": (405, 302),
    "sign_in_by_link": (410, 410), "account_login": (200, 200), "account_request_login_code": (200, 200), "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 405), "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 405), "account_inactive": (200, 405),
    "account_email_verification_sent": (200, 405), "account_confirm_email": (200, 404), "account_signup": (200, 200),
    "account_confirm_login_code": (302, 302), "account_logout": (302, 302), "account_reauthenticate": (302, 302),
    "prove_by_code": (302, 302), "prove_by_pin": (302, 302),
    "account_email": (302, 302), "account_change_password": (302, 302), "account_set_password": (302, 302),
    "mfa_index": (302, 302), "mfa_authenticate": (302, 302), "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302), "mfa_deactivate_totp": (302, 302), "mfa_view_recovery_codes": (302, 302),
    "mfa_generate_recovery_codes": (302, 302), "mfa_download_recovery_codes": (302, 302),
    "openid_connect_login": (404, 404), "openid_connect_callback": (404, 404),  # no organisation is set up
    "mfa_add_webauthn": (302, 302), "mfa_login_webauthn": (302, 302), "mfa_reauthenticate_webauthn": (302, 302),
    "mfa_edit_webauthn": (302, 302), "mfa_remove_webauthn": (302, 302),
    # only where the demo runs
    "design": (404, 405),
    "demo_sign_in": (404, 404), "demo_mail": (404, 404), "demo_letter": (404, 404), "demo_meeting": (404, 404),
}  # fmt: skip


def sign_out() -> set[str]:
    """Return the addresses that sign out: nobody who goes from page to page presses there."""
    addresses = set()
    for lang in ("en", "fr"):
        with override(lang):
            addresses.add(reverse("account_logout"))
    return addresses


def all_names(resolver=None) -> set[str]:
    """Return the names of every URL, those of the admin aside (it has a test of its own)."""
    names: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                names |= all_names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            names.add(entry.name)
    return names
