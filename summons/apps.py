from django.apps import AppConfig


class SummonsConfig(AppConfig):
    name = "summons"

    def ready(self) -> None:
        from booking.queries import run_counsellors  # noqa: PLC0415 - models are loaded only now
        from planner.ui import navigation  # noqa: PLC0415 - models are loaded only now
        from summons.queries.pending import waiting_count  # noqa: PLC0415 - models are loaded only now
        from summons.queries.run_counsellors import counsellors_of  # noqa: PLC0415 - models are loaded only now

        navigation.count("summons:pending", lambda _request: waiting_count())
        run_counsellors.register(counsellors_of)
