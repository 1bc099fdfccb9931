from django.apps import AppConfig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from django.urls import reverse

        from collaborative import closed_pages
        from collaborative.permissions import coaches_any, in_a_cohort, in_a_team, plans_any
        from core import navigation, registry

        place = navigation.Place
        navigation.register(place("today", gettext_lazy("Today"), "sun", "today", 10, bar=True))
        navigation.register(
            place(
                "planning",
                gettext_lazy("Planning"),
                "map-pin",
                "planning",
                15,
                plans_any,
                bar=True,
                match=("planning*", "enrol", "session_move", "session_details"),
            )
        )
        navigation.register(
            place(
                "team",
                gettext_lazy("Team"),
                "users",
                "team_home",
                20,
                lambda user: in_a_team(user) and not coaches_any(user),
                bar=True,
                match=("team*", "tries*", "numbers*"),
            )
        )
        navigation.register(
            place(
                "cohort",
                gettext_lazy("Cohort"),
                "calendar-days",
                "cohort_home",
                40,
                in_a_cohort,
                match=("cohort*", "session*"),
            )
        )
        closed_pages.leave_open("planning_close", "planning_close_undo")
        registry.planning_tabs.add(
            "room",
            lambda user, cohort: {"text": _("Room"), "url": reverse("planning_cohort", args=[cohort.pk]), "order": 10},
        )
        registry.planning_tabs.add(
            "dates",
            lambda user, cohort: {
                "text": _("Dates"), "url": reverse("planning_dates", args=[cohort.pk]), "order": 30, "group": "plan",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "messages",
            lambda user, cohort: {
                "text": _("Messages"), "url": reverse("planning_outbox", args=[cohort.pk]), "order": 15,
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "tasks",
            lambda user, cohort: {
                "text": _("Tasks"), "url": reverse("planning_tasks", args=[cohort.pk]), "order": 35, "group": "plan",
            },
        )  # fmt: skip
        registry.team_tabs.add(
            "home", lambda user, team: {"text": _("Home"), "url": reverse("team", args=[team.pk]), "order": 10}
        )
