from django.apps import AppConfig


class CollaborativeConfig(AppConfig):
    name = "collaborative"

    def ready(self) -> None:
        from accounts import addresses
        from accounts.consent import asked_of
        from accounts.second_factor import wanted_since
        from accounts.seen import what_i_see
        from accounts.sessions_policy import strict
        from accounts.view_as import may_view
        from collaborative import (  # noqa: F401  (messages register themselves)
            belonging,
            closed_pages,
            closing,
            hiding,
            messages,
            one_person,
            opened,
            organisations,
            pausing,
            people,
            permissions,
            viewing,
            words,
        )
        from core import registry
        from notifications.sweep import sweeps

        wanted_since.add("collaborative", permissions.plans_since)
        may_view.add("collaborative", viewing.why_not)
        asked_of.add("collaborative", permissions.in_a_team)
        what_i_see.add("collaborative", opened.rows)
        opened.opens.add("collaborative", opened.own_sentences)
        registry.hand_over.add("collaborative", belonging.hand_over_tasks)
        registry.may_receive.add("collaborative.pause", pausing.may_hear_of)
        registry.moments_again.add("pauses", pausing.work_out_again)
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
        registry.ends_with.add("collaborative", closing.own_ends)
        registry.scope_closed.add("collaborative.cohort", closing.scopes_closed)
        registry.cohort_of.add("cohort_id", closed_pages.of_cohort)
        registry.cohort_of.add("team_id", closed_pages.of_team)
        sweeps.add("collaborative.closing", closing.sweep)
        strict.add("collaborative", lambda user: permissions.plans_any(user) or permissions.coaches_any(user))
