from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"

    def ready(self) -> None:
        from core import registry
        from improvement import people, places, receivers  # noqa: F401  (receivers register themselves)

        registry.data_of.add("improvement", people.data_of)
        registry.forget.add("improvement", people.forget)
        registry.readers.add("team", places.readers_of_team)
        registry.team_tabs.add("tries", places.tries_tab)
        registry.team_tabs.add("numbers", places.numbers_tab)
        registry.team_tabs.add("conversations", places.conversations_tab)
