from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from accounts import consent, drafts
        from accounts.seen import who_sees_me
        from collaborative import peace
        from core import registry
        from notifications.sweep import looks, sweeps
        from surveys import foreseen, messages, people, rounds, seen, sweeping  # noqa: F401  (messages register themselves)
        from surveys.models import Round
        from surveys.querysets import belonging

        registry.may_receive.add("surveys.round", rounds.may_hear_of)
        peace.keeps_of_reader(rounds.ASKED, belonging)
        peace.keeps_of_reader(rounds.ASKED_LATER, belonging)
        registry.names_of.add("surveys.round", Round.objects.names_for)
        registry.current_version.add("surveys.round", rounds.versions)
        registry.series_of.add("surveys", foreseen.of_role)
        registry.data_of.add("surveys", people.data_of)
        registry.forget.add("surveys", people.forget)
        registry.ends_with.add("surveys", rounds.ends_with)
        registry.closed_for_good.add("surveys", rounds.closed_for_good)
        registry.planning_tabs.add(
            "surveys",
            lambda user, cohort: {
                "text": _("Surveys"), "url": reverse("planning_surveys", args=[cohort.pk]), "order": 60,
                "group": "results",
            },
        )  # fmt: skip
        drafts.sealed(rounds.DRAFTS)
        consent.taken_back.add("surveys", people.unlink)
        who_sees_me.add("surveys", seen.rows)
        for key, (sweep, look) in sweeping.SWEEPS.items():
            sweeps.add(key, sweep)
            looks.add(key, look)
