from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from booking.queries.audited import DIRECTORY  # noqa: PLC0415 - models are loaded only now
        from booking.services import reporting  # noqa: PLC0415 - models are loaded only now
        from planner.audit import subjects  # noqa: PLC0415 - models are loaded only now
        from planner.outbox.senders import register  # noqa: PLC0415 - models are loaded only now

        subjects.register(DIRECTORY)
        register(reporting.KIND, reporting.SummonsReporter())
