from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"

    def ready(self) -> None:
        from accounts.seen import who_sees_me
        from collaborative import closed_pages
        from collaborative.hiding import register
        from collaborative.messages import pick_up
        from collaborative.opened import opens
        from core import registry
        from improvement import activity, hiding, people, querysets, receivers, seen, tabs  # noqa: F401  (receivers register themselves)

        register(
            "improvement.safetyconversation", waiting=hiding.conversations_awaiting_look, name=hiding.conversation_line
        )
        register("improvement.triedchange", waiting=hiding.tries_awaiting_look, name=hiding.try_line)
        pick_up.add("improvement", activity.pick_up)
        registry.data_of.add("improvement", people.data_of)
        registry.forget.add("improvement", people.forget)
        registry.cohort_of.add("conversation_id", querysets.cohort_of_conversation)
        closed_pages.leave_open(
            "conversation_undo", "conversation_hide", "conversation_show", "conversation_take_back", "number_undo",
            "try_hide", "try_show", "try_take_back",
        )  # fmt: skip
        registry.team_tabs.add("tries", tabs.tries_tab)
        registry.team_tabs.add("numbers", tabs.numbers_tab)
        registry.team_tabs.add("conversations", tabs.conversations_tab)
        who_sees_me.add("improvement", seen.rows)
        opens.add("improvement", seen.opens)
