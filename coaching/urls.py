from django.urls import path
from django.utils.translation import gettext_lazy as _

from coaching import views

urlpatterns = [
    path(_("coaching/"), views.board, name="coaching"),
    path(_("coaching/teams/<uuid:team_id>/"), views.team, name="coaching_team"),
    path(_("coaching/teams/<uuid:team_id>/seen/"), views.mark_seen, name="coaching_seen"),
    path(_("coaching/teams/<uuid:team_id>/note/"), views.write_note, name="coaching_note"),
    path(_("coaching/teams/<uuid:team_id>/private-note/"), views.write_private_note, name="coaching_private_note"),
    path(_("coaching/notes/<uuid:note_id>/hide/"), views.hide_note, name="coaching_note_hide"),
    path(_("coaching/notes/<uuid:note_id>/show/"), views.show_note, name="coaching_note_show"),
    path(_("coaching/private-notes/<uuid:note_id>/throw-away/"), views.throw_away, name="coaching_private_throw_away"),
    path(_("teams/<uuid:team_id>/notes/"), views.notes, name="team_notes"),
]
