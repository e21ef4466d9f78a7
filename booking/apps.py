from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from booking.services import reporting
        from planner.outbox.senders import register

        register(reporting.KIND, reporting.SummonsReporter())
