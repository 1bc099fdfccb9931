from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from sessions.views import agenda, people, planned_links, room, run, speaker_page, speaker_planning, standing
from sessions.views import materials as material_views
from sessions.views import session as session_views

urlpatterns = [
    path("", include("sessions.coming_urls")),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/"), session_views.session, name="session"),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/join/"), session_views.join, name="session_join"),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/room/"), room.room, name="session_room"),
    path(
        _("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/room/somebody/"),
        room.somebody,
        name="session_room_somebody",
    ),
    path(
        _("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/room/confirm/"),
        room.settle,
        name="session_room_confirm",
    ),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/sound/"), room.try_sound, name="session_sound"),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/guests/"), room.admit, name="session_guests"),
    path(
        _("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/guests/<uuid:guest_id>/"),
        room.settle_guest,
        name="session_guest",
    ),
    path(_("planning/sessions/<uuid:session_id>/links/"), planned_links.page, name="planning_session_links"),
    path(
        _("planning/sessions/<uuid:session_id>/links/<uuid:person_id>/"),
        planned_links.revoke,
        name="planning_session_link_revoke",
    ),
    path(_("planning/sessions/<uuid:session_id>/move/"), session_views.move, name="session_move"),
    path(_("planning/sessions/<uuid:session_id>/undo/<uuid:change_id>/"), session_views.undo_move, name="session_undo"),
    path(
        _("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/materials/<uuid:material_id>/<slug:lang>/"),
        material_views.file,
        name="session_material_file",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/materials/"), material_views.planned, name="planning_session_materials"
    ),
    path(
        _("planning/sessions/<uuid:session_id>/materials/new/"),
        material_views.new,
        name="planning_session_material_new",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/materials/<uuid:material_id>/"),
        material_views.change,
        name="planning_session_material",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/materials/<uuid:material_id>/do/"),
        material_views.do,
        name="planning_session_material_do",
    ),
    path(_("speak/<str:token>/"), speaker_page.page, name="speaker_page"),
    path(_("speak/<str:token>/slides/"), speaker_page.slides, name="speaker_slides"),
    path(_("speak/<str:token>/slides/<uuid:slides_id>/"), speaker_page.version, name="speaker_version"),
    path(_("speak/<str:token>/access/"), speaker_page.access, name="speaker_access"),
    path(_("speak/<str:token>/who/"), speaker_page.who, name="speaker_who"),
    path(_("speak/<str:token>/consent/"), speaker_page.consent, name="speaker_consent"),
    path(_("speak/<str:token>/join/"), speaker_page.join, name="speaker_join"),
    path(
        _("planning/sessions/<uuid:session_id>/people/<uuid:appearance_id>/page/"),
        speaker_planning.do,
        name="planning_speaker_page",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/people/<uuid:appearance_id>/slides/<uuid:slides_id>/"),
        speaker_planning.slides,
        name="planning_speaker_slides",
    ),
    path(_("planning/sessions/<uuid:session_id>/details/"), session_views.details, name="session_details"),
    path(_("planning/cohorts/<uuid:cohort_id>/sessions/new/"), standing.new, name="planning_session_new"),
    path(_("planning/sessions/<uuid:session_id>/cancel/"), standing.cancel, name="planning_session_cancel"),
    path(_("planning/sessions/<uuid:session_id>/cancel/undo/"), standing.restore, name="planning_session_restore"),
    path(_("planning/sessions/<uuid:session_id>/agenda/"), agenda.page, name="planning_session_agenda"),
    path(_("planning/sessions/<uuid:session_id>/agenda/<int:item_id>/"), agenda.item, name="planning_session_item"),
    path(
        _("planning/sessions/<uuid:session_id>/agenda/<int:item_id>/teams/"),
        agenda.teams,
        name="planning_session_item_teams",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/agenda/<int:item_id>/remove/"),
        agenda.remove,
        name="planning_session_item_remove",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/agenda/<int:item_id>/move/"),
        agenda.move,
        name="planning_session_item_move",
    ),
    path(_("planning/sessions/<uuid:session_id>/people/"), people.page, name="planning_session_people"),
    path(_("planning/sessions/<uuid:session_id>/people/new/"), people.new, name="planning_session_person_new"),
    path(
        _("planning/sessions/<uuid:session_id>/people/<uuid:appearance_id>/"),
        people.person,
        name="planning_session_person",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/people/<uuid:appearance_id>/move/"),
        people.move,
        name="planning_session_person_move",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/people/<uuid:appearance_id>/remove/"),
        people.remove,
        name="planning_session_person_remove",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/speakers/<uuid:speaker_id>/"),
        people.speaker,
        name="planning_session_speaker",
    ),
    path(_("planning/sessions/<uuid:session_id>/hosts/new/"), people.host_new, name="planning_session_host_new"),
    path(_("planning/sessions/<uuid:session_id>/hosts/<uuid:partner_id>/"), people.host, name="planning_session_host"),
    path(
        _("planning/sessions/<uuid:session_id>/hosts/<uuid:partner_id>/remove/"),
        people.host_remove,
        name="planning_session_host_remove",
    ),
    path(_("planning/sessions/<uuid:session_id>/run/"), run.page, name="planning_session_run"),
    path(_("planning/sessions/<uuid:session_id>/run/paper/"), run.on_paper, name="planning_session_run_paper"),
    path(_("planning/sessions/<uuid:session_id>/run/<int:line_id>/"), run.line, name="planning_session_run_line"),
    path(
        _("planning/sessions/<uuid:session_id>/run/<int:line_id>/remove/"),
        run.remove,
        name="planning_session_run_remove",
    ),
    path("", include("sessions.attendance_urls")),
    path("", include("sessions.meeting_urls")),
    path("", include("sessions.calendar_urls")),
]
