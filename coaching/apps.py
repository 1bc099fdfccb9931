from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from accounts import drafts
        from accounts.seen import who_sees_me
        from coaching import messages, seen, services, tabs  # noqa: F401  (messages register themselves)
        from coaching.models import TeamNote
        from coaching.notes import notes_awaiting_look, waiting_line
        from collaborative import closed_pages, hiding
        from collaborative.opened import opens
        from collaborative.permissions import coaches_any
        from core import navigation, registry

        # Private notes are not registered anywhere: not for messages, cards, search or tabs.
        drafts.never("coaching/private")
        registry.may_receive.add("coaching.teamnote", TeamNote.objects.may_hear_of)
        registry.names_of.add("coaching.teamnote", TeamNote.objects.names_for)
        registry.current_version.add("coaching.teamnote", TeamNote.objects.versions)
        registry.hidden_for_now.add("coaching.teamnote", TeamNote.objects.hidden_for_now)
        hiding.register("coaching.teamnote", waiting=notes_awaiting_look, name=waiting_line)
        registry.data_of.add("coaching", services.data_of)
        registry.forget.add("coaching", services.forget)
        closed_pages.leave_open("coaching_seen")
        registry.team_tabs.add("coaching", tabs.coaching_tab)
        registry.team_tabs.add("notes", tabs.notes_tab)
        navigation.register(
            navigation.Place(
                key="coaching",
                label=_("My teams"),
                icon="heart-handshake",
                url="coaching",
                order=15,
                bar=True,
                shown=coaches_any,
                match=("coaching*",),
            )
        )
        who_sees_me.add("coaching", seen.rows)
        opens.add("coaching", seen.opens)
