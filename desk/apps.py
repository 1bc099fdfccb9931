from django.apps import AppConfig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from django.urls import reverse

        from collaborative import closed_pages, team_talk
        from collaborative.permissions import coaches_any, in_a_cohort, in_a_team, plans_any
        from core import navigation, registry
        from desk.series import messages  # noqa: F401  (registers itself)

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
        closed_pages.leave_open(
            "planning_close",
            "planning_close_undo",
            "cohort_announcement_hide",
            "cohort_announcement_show",
            "planning_series",
            "planning_kind_note",
        )
        # Asked about a mail after every room: what one of them takes (a number, a sheet) is not said to the team.
        registry.handle_reply.add("team", team_talk.handle)
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
                "text": _("Messages"), "url": reverse("planning_outbox", args=[cohort.pk]), "order": 15, "group": "messages",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "announcements",
            lambda user, cohort: {
                "text": _("Announcements"), "url": reverse("planning_announcements", args=[cohort.pk]), "order": 16,
                "group": "messages",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "series",
            lambda user, cohort: {
                "text": _("The whole series"), "url": reverse("planning_series", args=[cohort.pk]), "order": 17,
                "group": "messages",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "arrival",
            lambda user, cohort: {
                "text": _("Will it arrive?"), "url": reverse("planning_arrival", args=[cohort.pk]), "order": 18,
                "group": "messages",
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
