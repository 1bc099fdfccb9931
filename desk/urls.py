from django.urls import path
from django.utils.translation import gettext_lazy as _

from desk import said, views
from desk.announcements import views as announcements
from desk.mailbox import views as mailbox
from desk.outbox import views as outbox
from desk.schedule import closing
from desk.schedule import views as schedule
from desk.series import views as series

urlpatterns = [
    path("", views.home, name="home"),
    path(_("today/"), views.today, name="today"),
    path(_("team/"), views.team_home, name="team_home"),
    path(_("teams/<uuid:team_id>/"), views.team, name="team"),
    path(_("teams/<uuid:team_id>/said/"), said.said, name="team_said"),
    path(_("teams/<uuid:team_id>/said/<uuid:said_id>/hide/"), said.hide, name="team_said_hide"),
    path(_("teams/<uuid:team_id>/said/<uuid:said_id>/show/"), said.show, name="team_said_show"),
    path(_("cohort/"), views.cohort_home, name="cohort_home"),
    path(_("cohorts/<uuid:cohort_id>/"), views.cohort, name="cohort"),
    path(_("planning/"), views.planning, name="planning"),
    path(_("planning/cohorts/<uuid:cohort_id>/"), views.planning_cohort, name="planning_cohort"),
    path(_("planning/cohorts/<uuid:cohort_id>/messages.xlsx"), views.planning_messages, name="planning_messages"),
    path(_("planning/cohorts/<uuid:cohort_id>/hidden/"), views.planning_hidden, name="planning_hidden"),
    path(_("planning/cohorts/<uuid:cohort_id>/close/"), closing.close, name="planning_close"),
    path(_("planning/cohorts/<uuid:cohort_id>/close/undo/"), closing.close_undo, name="planning_close_undo"),
    path(_("planning/cohorts/<uuid:cohort_id>/messages/"), outbox.outbox, name="planning_outbox"),
    path(_("planning/cohorts/<uuid:cohort_id>/messages/arrival/"), outbox.will_it_arrive, name="planning_arrival"),
    path(_("planning/cohorts/<uuid:cohort_id>/messages/kinds/"), outbox.kinds, name="planning_kinds"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/messages/kinds/<slug:room>/<slug:name>/"),
        outbox.kind,
        name="planning_kind",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/messages/kinds/<slug:room>/<slug:name>/note/"),
        series.note,
        name="planning_kind_note",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/messages/series/"), series.series, name="planning_series"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/announcements/"),
        announcements.announcements,
        name="planning_announcements",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/announcements/new/"), announcements.new, name="planning_announcement_new"
    ),
    path(_("planning/announcements/<uuid:announcement_id>/"), announcements.announcement, name="planning_announcement"),
    path(
        _("planning/announcements/<uuid:announcement_id>/change/"),
        announcements.change,
        name="planning_announcement_change",
    ),
    path(
        _("planning/announcements/<uuid:announcement_id>/correct/"),
        announcements.correct,
        name="planning_announcement_correct",
    ),
    path(
        _("cohorts/<uuid:cohort_id>/announcements/<uuid:announcement_id>/"),
        announcements.read,
        name="cohort_announcement",
    ),
    path(
        _("cohorts/<uuid:cohort_id>/announcements/<uuid:announcement_id>/hide/"),
        announcements.hide,
        name="cohort_announcement_hide",
    ),
    path(
        _("cohorts/<uuid:cohort_id>/announcements/<uuid:announcement_id>/show/"),
        announcements.show,
        name="cohort_announcement_show",
    ),
    path(_("planning/mail/"), mailbox.mailbox, name="planning_mail"),
    path(_("planning/mail/<uuid:mail_id>/"), mailbox.conversation, name="planning_mail_thread"),
    path(
        _("planning/mail/<uuid:mail_id>/answers/<uuid:answer_id>/undo/"),
        mailbox.answer_undo,
        name="planning_mail_answer_undo",
    ),
    path(_("planning/mail/<uuid:mail_id>/files/<int:file_id>/"), mailbox.file, name="planning_mail_file"),
    path(_("planning/messages/<uuid:message_id>/"), outbox.message, name="planning_message"),
    path(_("planning/messages/<uuid:message_id>/now/"), outbox.now, {"alone": True}, name="planning_message_now"),
    path(_("planning/messages/<uuid:message_id>/together/"), outbox.together, name="planning_together"),
    path(
        _("planning/messages/<uuid:message_id>/together/now/"),
        outbox.now,
        {"alone": False},
        name="planning_together_now",
    ),
    path(_("planning/messages/<uuid:message_id>/reader/"), outbox.reader, name="planning_reader"),
    path(_("planning/programs/<uuid:programme_id>/cohorts/new/"), schedule.new_cohort, name="planning_new_cohort"),
    path(
        _("planning/programs/<uuid:programme_id>/cohorts/new/dates/"),
        schedule.new_cohort_dates,
        name="planning_new_cohort_dates",
    ),
    path(_("planning/programs/<uuid:programme_id>/template/"), schedule.template, name="planning_template"),
    path(
        _("planning/programs/<uuid:programme_id>/template/phases/<uuid:phase_id>/"),
        schedule.template_phase,
        name="planning_template_phase",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/sessions/new/"),
        schedule.template_phase_new,
        {"moment": True},
        name="planning_template_session_new",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/stretches/new/"),
        schedule.template_phase_new,
        {"moment": False},
        name="planning_template_stretch_new",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/phases/<uuid:phase_id>/take-out/"),
        schedule.template_phase_take_out,
        name="planning_template_phase_take_out",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/phases/<uuid:phase_id>/put-back/"),
        schedule.template_phase_put_back,
        name="planning_template_phase_put_back",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/tasks/new/"),
        schedule.template_task_new,
        name="planning_template_task_new",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/tasks/<uuid:task_id>/"),
        schedule.template_task,
        name="planning_template_task",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/tasks/<uuid:task_id>/take-out/"),
        schedule.template_task_take_out,
        name="planning_template_task_take_out",
    ),
    path(
        _("planning/programs/<uuid:programme_id>/template/tasks/<uuid:task_id>/put-back/"),
        schedule.template_task_put_back,
        name="planning_template_task_put_back",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/dates/"), schedule.all_dates, name="planning_dates"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/dates/enrolment/"), schedule.enrolment_days, name="planning_enrolment_days"
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/dates/move/"), schedule.shift, name="planning_shift"),
    path(_("planning/cohorts/<uuid:cohort_id>/dates/free/"), schedule.quiet_new, name="planning_quiet_new"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/dates/free/<uuid:quiet_id>/"),
        schedule.quiet_remove,
        name="planning_quiet_remove",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/dates/stretches/<uuid:phase_id>/"),
        schedule.stretch,
        name="planning_stretch",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/dates/undo/<uuid:change_id>/"),
        schedule.undo_change,
        name="planning_dates_undo",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/tasks/"), schedule.task_list, name="planning_tasks"),
    path(_("planning/cohorts/<uuid:cohort_id>/tasks/<uuid:task_id>/"), schedule.task, name="planning_task"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/tasks/<uuid:task_id>/done/"), schedule.task_tick, name="planning_task_tick"
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/tasks/<uuid:task_id>/not-done/"),
        schedule.task_untick,
        name="planning_task_untick",
    ),
]
