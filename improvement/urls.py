from django.urls import path
from django.utils.translation import gettext_lazy as _

from improvement.views import conversations, lines, measures, numbers, programme, sheets, together, tries

urlpatterns = [
    path(_("log/"), conversations.log, name="log_conversation"),
    path(_("log/teams/<uuid:team_id>/"), conversations.log, name="log_conversation_for"),
    path(_("log/<uuid:conversation_id>/saved/"), conversations.saved, name="conversation_saved"),
    path(_("log/<uuid:conversation_id>/undo/"), conversations.undo, name="conversation_undo"),
    path(_("log/<uuid:conversation_id>/hide/"), conversations.hide, name="conversation_hide"),
    path(_("log/<uuid:conversation_id>/show/"), conversations.show, name="conversation_show"),
    path(_("log/<uuid:conversation_id>/take-back/"), conversations.take_back, name="conversation_take_back"),
    path(_("teams/<uuid:team_id>/conversations/"), conversations.listed, name="team_conversations"),
    path(_("teams/<uuid:team_id>/tries/"), tries.listed, name="tries"),
    path(_("teams/<uuid:team_id>/tries/new/"), tries.new, name="try_new"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/"), tries.one, name="try"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/change/"), tries.change, name="try_change"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/start/"), tries.start, name="try_start"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/decide/"), tries.decide, name="try_decide"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/decide/<int:version>/undo/"), tries.undecide, name="try_undecide"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/hide/"), tries.hide, name="try_hide"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/show/"), tries.show, name="try_show"),
    path(_("teams/<uuid:team_id>/tries/<uuid:try_id>/take-back/"), tries.take_back, name="try_take_back"),
    path(_("planning/programs/<uuid:programme_id>/charts/"), programme.charts, name="planning_charts"),
    path(_("teams/<uuid:team_id>/numbers/"), numbers.listed, name="numbers"),
    path(_("teams/<uuid:team_id>/numbers/new/"), measures.new, name="measure_new"),
    path(_("teams/<uuid:team_id>/numbers/new/ready/"), measures.ready, name="measure_ready"),
    path(_("teams/<uuid:team_id>/numbers/later/"), numbers.later, name="number_later"),
    path(_("teams/<uuid:team_id>/numbers/later/<uuid:put_off_id>/undo/"), numbers.later_undo, name="number_later_undo"),
    path(_("teams/<uuid:team_id>/numbers/paste/"), sheets.paste, name="numbers_paste"),
    path(_("teams/<uuid:team_id>/numbers/sheet/"), sheets.send, name="sheet"),
    path(_("teams/<uuid:team_id>/numbers/sheet/download/"), sheets.download, name="sheet_download"),
    path(_("teams/<uuid:team_id>/numbers/sheet/<uuid:sheet_id>/"), sheets.sent, name="sheet_sent"),
    path(_("teams/<uuid:team_id>/numbers/marks/"), lines.event, name="chart_event"),
    path(_("teams/<uuid:team_id>/numbers/marks/<uuid:event_id>/remove/"), lines.event_gone, name="chart_event_gone"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/file/<slug:kind>/"), lines.file, name="number_file"),
    path(_("cohorts/<uuid:cohort_id>/charts/"), together.charts, name="cohort_charts"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/name/"), together.name, name="number_name"),
    path(
        _("teams/<uuid:team_id>/numbers/<uuid:measure_id>/definition/"), measures.definition, name="measure_definition"
    ),
    path(
        _("teams/<uuid:team_id>/numbers/<uuid:measure_id>/definition/change/"), measures.change, name="measure_change"
    ),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/definition/stop/"), measures.stop, name="measure_stop"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/definition/again/"), measures.again, name="measure_again"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/line/"), lines.line, name="number_line"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/at/<str:start>/"), lines.point, name="number_point"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/"), numbers.one, name="number"),
    path(_("teams/<uuid:team_id>/numbers/<uuid:measure_id>/undo/<uuid:deed>/"), numbers.undo, name="number_undo"),
]
