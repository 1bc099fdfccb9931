from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"

    def ready(self) -> None:
        from accounts.seen import who_sees_me
        from core import registry
        from improvement import audience, people, receivers, seen, tabs  # noqa: F401  (receivers register themselves)

        registry.data_of.add("improvement", people.data_of)
        registry.forget.add("improvement", people.forget)
        registry.readers.add("team", audience.readers_of_team)
        registry.team_tabs.add("tries", tabs.tries_tab)
        registry.team_tabs.add("numbers", tabs.numbers_tab)
        registry.team_tabs.add("conversations", tabs.conversations_tab)
        who_sees_me.add("improvement", seen.rows)
