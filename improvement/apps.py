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

        self._take_sheets_back()
        self._ask_for_numbers()
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

    @staticmethod
    def _take_sheets_back() -> None:
        """The sheet of numbers, by mail and on its page. It is asked about a mail before those who read its words."""
        from core import registry
        from improvement import replies_sheet
        from improvement.models import ReturnedSheet
        from improvement.sheets import messages, returning  # noqa: F401  (messages register themselves)
        from notifications.sweep import looks, sweeps

        registry.handle_reply.add(replies_sheet.KEY, replies_sheet.handle)
        registry.may_receive.add("improvement.returnedsheet", ReturnedSheet.objects.may_hear_of)
        registry.data_of.add("sheets", returning.data_of)
        registry.forget.add("sheets", returning.forget)
        sweeps.add("improvement.sheets", returning.sweep)
        looks.add("improvement.sheets", returning.to_sweep)

    @staticmethod
    def _ask_for_numbers() -> None:
        """The mail that asks for the week's numbers, its link, "not this week", and what comes back as an answer."""
        from collaborative import named, not_this_week, one_thing, peace
        from core import registry
        from improvement import messages, number_link, numbers_due, replies  # noqa: F401  (messages register themselves)
        from notifications.sweep import sweeps

        registry.handle_reply.add("improvement/number", replies.handle)
        registry.may_receive.add(numbers_due.SOURCE, numbers_due.may_be_asked)
        registry.names_of.add(numbers_due.SOURCE, named.teams)
        peace.keeps_of_team(numbers_due.KIND, numbers_due.keeps)
        registry.series_of.add("improvement", numbers_due.foreseen)
        registry.moments_again.add("numbers", numbers_due.work_out_again)
        one_thing.asks.add(number_link.PURPOSE, number_link.thing)
        not_this_week.tasks.add(numbers_due.SOURCE, numbers_due.task)
        sweeps.add("improvement.numbers", numbers_due.sweep)
