from functools import partial

from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from admin_module.services import asking  # noqa: PLC0415 - models are loaded only now
        from booking.models import ENTRY  # noqa: PLC0415 - models are loaded only now
        from booking.queries.audited import DIRECTORY  # noqa: PLC0415 - models are loaded only now
        from booking.services import (  # noqa: PLC0415 - models are loaded only now
            calendar_sender,
            in_use,
            mail_sender,
            mailing,
            pushed,
            pushed_facts,
            reporting,
        )
        from booking.tasks import ask_for_comparison, ask_for_newcomer  # noqa: PLC0415 - models are loaded only now
        from planner.audit import subjects  # noqa: PLC0415 - models are loaded only now
        from planner.dfdg.codes import EntityKind  # noqa: PLC0415 - beside the others
        from planner.inbox import readers  # noqa: PLC0415 - models are loaded only now
        from planner.outbox.models import Receiver  # noqa: PLC0415 - models are loaded only now
        from planner.outbox.senders import on_restore, register  # noqa: PLC0415 - models are loaded only now

        subjects.register(DIRECTORY)
        register(reporting.KIND, reporting.SummonsReporter())
        register(mail_sender.KIND, mail_sender.MailSender())
        register(ENTRY, calendar_sender.EntrySender())
        readers.register(EntityKind.SUMMONS, partial(pushed.read_summons, ask=ask_for_newcomer))
        readers.register(EntityKind.DEADLINE, pushed_facts.read_deadline)
        readers.register(EntityKind.CONTACT_GROUP, pushed_facts.read_contact_group)
        on_restore(Receiver.DFDG, ask_for_comparison)
        on_restore(Receiver.MAIL, mailing.hold_back_after_restore)
        asking.register(in_use.active_appointments)
        asking.register(in_use.active_offers)
        asking.register_listing(in_use.listed_appointments)
        asking.register_losses(in_use.lost_case_owner)
        asking.register_hits(in_use.hit_appointments)
