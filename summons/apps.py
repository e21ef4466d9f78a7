from django.apps import AppConfig


class SummonsConfig(AppConfig):
    name = "summons"

    def ready(self) -> None:
        from planner.ui import navigation
        from summons.queries.pending import waiting_count

        navigation.count("summons:pending", lambda _request: waiting_count())
