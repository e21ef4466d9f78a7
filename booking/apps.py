from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from booking.services import reporting  # noqa: PLC0415 - models are loaded only now
        from planner.outbox.senders import register  # noqa: PLC0415 - models are loaded only now

        register(reporting.KIND, reporting.SummonsReporter())
