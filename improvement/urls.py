from django.urls import path
from django.utils.translation import gettext_lazy as _

from improvement import views

urlpatterns = [
    path(_("log/"), views.log_conversation, name="log_conversation"),
    path(_("log/teams/<uuid:team_id>/"), views.log_conversation, name="log_conversation_for"),
    path(_("log/<uuid:conversation_id>/saved/"), views.conversation_saved, name="conversation_saved"),
    path(_("log/<uuid:conversation_id>/undo/"), views.undo_conversation, name="conversation_undo"),
    path(_("teams/<uuid:team_id>/conversations/"), views.conversations, name="team_conversations"),
    path(_("teams/<uuid:team_id>/tries/"), views.tries, name="tries"),
    path(_("teams/<uuid:team_id>/tries/new/"), views.new_try, name="try_new"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/"), views.tried, name="try"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/change/"), views.change_try, name="try_change"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/start/"), views.start_try, name="try_start"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/decide/"), views.decide_try, name="try_decide"),
    path(_("teams/<uuid:team_id>/numbers/"), views.numbers, name="numbers"),
    path(_("teams/<uuid:team_id>/numbers/new/"), views.new_measure, name="measure_new"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/"), views.number, name="number"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/undo/<uuid:deed>/"), views.undo_number, name="number_undo"),
]
