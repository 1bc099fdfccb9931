from django.urls import path
from django.utils.translation import gettext_lazy as _

from surveys import views

urlpatterns = [
    path(_("surveys/<uuid:round_id>/"), views.survey, name="survey"),
    path(_("survey/<str:token>/"), views.by_link, name="survey_link"),
    path(_("planning/cohorts/<uuid:cohort_id>/surveys/"), views.overview, name="planning_surveys"),
    path(_("planning/cohorts/<uuid:cohort_id>/surveys/export/"), views.export, name="planning_surveys_export"),
    path(_("planning/cohorts/<uuid:cohort_id>/surveys/make/<str:moment>/"), views.make, name="planning_survey_make"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/rounds/<uuid:round_id>/"),
        views.results,
        name="planning_survey_results",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/rounds/<uuid:round_id>/pass-on/"),
        views.pass_on,
        name="planning_survey_pass_on",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/"), views.questions, name="planning_survey"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/words/"),
        views.words,
        name="planning_survey_words",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/on/"),
        views.turn,
        {"on": True},
        name="planning_survey_on",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/off/"),
        views.turn,
        {"on": False},
        name="planning_survey_off",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/new/"),
        views.question_new,
        name="planning_question_new",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/<uuid:question_id>/"),
        views.question,
        name="planning_question",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/<uuid:question_id>/up/"),
        views.question_move,
        {"up": True},
        name="planning_question_up",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/<uuid:question_id>/down/"),
        views.question_move,
        {"up": False},
        name="planning_question_down",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/<uuid:question_id>/take-out/"),
        views.question_out,
        name="planning_question_take_out",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/surveys/<uuid:survey_id>/questions/<uuid:question_id>/put-back/"),
        views.question_back,
        name="planning_question_put_back",
    ),
]
