from django.apps import AppConfig


class CollaborativeConfig(AppConfig):
    name = "collaborative"

    def ready(self) -> None:
        from accounts import addresses
        from accounts.consent import asked_of
        from accounts.second_factor import wanted_since
        from accounts.seen import what_i_see, who_sees_me
        from accounts.sessions_policy import strict
        from accounts.view_as import may_view
        from collaborative import (  # noqa: F401  (messages register themselves)
            addressing,
            announced,
            announcing,
            belonging,
            closed_pages,
            closing,
            foreseen,
            hiding,
            kind_notes,
            messages,
            named,
            not_this_week,
            one_person,
            one_thing,
            opened,
            organisations,
            pausing,
            peace,
            people,
            permissions,
            prework_mail,
            put_off_by_mail,
            signals,
            talk_messages,
            tasks_mail,
            team_talk,
            unreachable,
            viewing,
            words,
        )
        from collaborative.models import Announcement, TeamTalk
        from core import registry
        from notifications.signals import cannot_be_reached
        from notifications.sweep import looks, sweeps

        wanted_since.add("collaborative", permissions.plans_since)
        may_view.add("collaborative", viewing.why_not)
        asked_of.add("collaborative", permissions.in_a_team)
        what_i_see.add("collaborative", opened.rows)
        who_sees_me.add("team_talk", team_talk.seen_rows)
        opened.opens.add("collaborative", opened.own_sentences)
        registry.hand_over.add("collaborative", belonging.hand_over_tasks)
        registry.may_receive.add("collaborative.pause", pausing.may_hear_of)
        registry.may_receive.add(pausing.ENDS, pausing.may_hear_of_an_end)
        registry.names_of.add(pausing.ENDS, named.teams)
        registry.moments_again.add("pauses", pausing.work_out_again)
        registry.what_moves.add("pauses", pausing.what_moves)
        signals.dates_restored.connect(pausing.dates_restored, dispatch_uid="pauses")
        registry.words_of.add("collaborative.cohort", words.of_cohorts)
        registry.words_of.add("collaborative.programme", words.of_programmes)
        registry.data_of.add("collaborative", people.data_of)
        registry.forget.add("collaborative", people.forget)
        addresses.absorb.add("collaborative", one_person.absorb)
        addresses.now_one_with.add("collaborative", one_person.now_one_with)
        registry.current_version.add("collaborative.merge", one_person.versions)
        registry.data_of.add("one_person", one_person.data_of)
        registry.forget.add("one_person", one_person.forget)
        registry.data_of.add("organisations", organisations.data_of)
        registry.forget.add("organisations", organisations.forget)
        registry.data_of.add("hiding", hiding.data_of)
        registry.forget.add("hiding", hiding.forget)
        registry.may_receive.add("collaborative.announcement", addressing.may_hear_of)
        registry.current_version.add("collaborative.announcement", addressing.versions)
        registry.hidden_for_now.add("collaborative.announcement", Announcement.objects.hidden_for_now)
        registry.data_of.add("announcements", announcing.data_of)
        registry.forget.add("announcements", announcing.forget)
        hiding.register(
            "collaborative.announcement",
            waiting=announced.announcements_awaiting_look,
            name=announced.waiting_line,
        )
        registry.note_of.add("collaborative.cohort", kind_notes.of_cohorts)
        registry.note_of.add("collaborative.programme", kind_notes.of_programmes)
        registry.data_of.add("kind_notes", kind_notes.data_of)
        registry.forget.add("kind_notes", kind_notes.forget)
        registry.may_receive.add("collaborative.teamtalk", TeamTalk.objects.may_hear_of)
        registry.may_receive.add(team_talk.STANDS_SOURCE, TeamTalk.objects.may_hear_that_it_stands)
        registry.current_version.add("collaborative.teamtalk", TeamTalk.objects.versions)
        registry.hidden_for_now.add("collaborative.teamtalk", TeamTalk.objects.hidden_for_now)
        hiding.register("collaborative.teamtalk", waiting=team_talk.said_awaiting_look, name=team_talk.waiting_line)
        registry.data_of.add("team_talk", team_talk.data_of)
        registry.forget.add("team_talk", team_talk.forget)
        registry.series_of.add("collaborative", foreseen.of_role)
        registry.cohort_of.add("announcement_id", announced.cohort_of)
        one_thing.asks.add(not_this_week.PURPOSE, not_this_week.thing)
        registry.handle_reply.add("collaborative/later", put_off_by_mail.handle)
        registry.names_of.add("collaborative.announcement", named.announcements)
        registry.names_of.add("collaborative.teamtalk", named.talk)
        registry.names_of.add(prework_mail.SOURCE, named.teams)
        registry.may_receive.add("collaborative.notthisweek", not_this_week.may_hear_of)
        registry.data_of.add("not_this_week", not_this_week.data_of)
        registry.forget.add("not_this_week", not_this_week.forget)
        registry.data_of.add("links", one_thing.data_of)
        registry.forget.add("links", one_thing.forget)
        registry.ends_with.add("collaborative", closing.own_ends)
        registry.scopes_planned.add("collaborative.cohort", permissions.cohorts_planned)
        registry.scopes_planned.add("collaborative.programme", permissions.programmes_planned)
        registry.left_in_peace.add("collaborative.cohort", peace.left_in_peace)
        peace.keeps_of_team(prework_mail.KIND)
        registry.scope_closed.add("collaborative.cohort", closing.scopes_closed)
        registry.cohort_of.add("cohort_id", closed_pages.of_cohort)
        registry.cohort_of.add("team_id", closed_pages.of_team)
        sweeps.add("collaborative.closing", closing.sweep)
        looks.add("collaborative.closing", closing.to_sweep)
        registry.may_receive.add(prework_mail.SOURCE, prework_mail.may_hear_of)
        registry.may_receive.add(unreachable.SOURCE, unreachable.may_hear_of)
        cannot_be_reached.connect(unreachable.tell_leads, dispatch_uid="unreachable")
        registry.may_receive.add(tasks_mail.SOURCE, tasks_mail.may_hear_of)
        not_this_week.tasks.add(prework_mail.TASK, prework_mail.task_of)
        not_this_week.tasks.add(tasks_mail.TASK, tasks_mail.task_of)
        sweeps.add("collaborative.prework", prework_mail.sweep)
        looks.add("collaborative.prework", prework_mail.to_sweep)
        sweeps.add("collaborative.tasks", tasks_mail.sweep)
        looks.add("collaborative.tasks", tasks_mail.to_sweep)
        strict.add("collaborative", lambda user: permissions.plans_any(user) or permissions.coaches_any(user))
