"""How a call to DFDG can end badly, and its Danish sentences. Every text here may be shown; none holds a CPR number."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planner.dfdg.codes import ErrorCode
from planner.dfdg.messages import Complaint
from planner.dfdg.particulars import Particular

TEXTS: Mapping[int, str | Promise] = {
    ErrorCode.PING: _("DFDG svarede kun på en prøve."),
    ErrorCode.CPR_INVALID: _("Personnummeret er ikke gyldigt."),
    ErrorCode.CPR_UNKNOWN: _("Personnummeret kendes ikke i DFDG."),
    ErrorCode.INTERNAL: _("Der er en intern fejl i DFDG."),
    ErrorCode.LOGON_FAILED: _("DFDG kunne ikke logge Planner på."),
    ErrorCode.INSUFFICIENT_PERMISSIONS: _("Planner har ikke rettigheder nok i DFDG."),
    ErrorCode.VALIDATION_FORMER: _("DFDG kunne ikke godkende oplysningerne."),
    ErrorCode.GENERAL: _("Der er en fejl i DFDG."),
    ErrorCode.CERTIFICATE_MISSING: _("Planners certifikat mangler i kaldet til DFDG."),
    ErrorCode.CODE_LIST_UNKNOWN: _("DFDG kender ikke kodelisten."),
    ErrorCode.CODE_VALUE_UNKNOWN: _("DFDG kender ikke kodeværdien."),
    ErrorCode.CODE_VALUE_EXPIRED: _("Kodeværdien er udløbet i DFDG."),
    ErrorCode.NOT_ENROLLED: _("Borgeren er ikke tilmeldt."),
    ErrorCode.AUTHORITY_TYPE_INVALID: _("DFDG afviser myndighedens type."),
    ErrorCode.AUTHORITY_TYPE_REJECTED: _("DFDG afviser myndighedens type."),
    ErrorCode.CITIZEN_STATE: _("Borgerens status i DFDG tillader det ikke."),
    ErrorCode.CITIZEN_DEAD: _("Borgeren er død."),
    ErrorCode.NOT_AUTHORISED_FOR_CITIZEN: _("Der er ikke adgang til denne borger i DFDG."),
    ErrorCode.NOTHING_TO_BOOK: _("Der er ingen tid at booke."),
    ErrorCode.BOOKING_OF_ANOTHER_CITIZEN: _("Samtalen hører til en anden borger."),
    ErrorCode.ORGANISATION_TYPE_INVALID: _("DFDG afviser organisationens type."),
    ErrorCode.USER_TYPE_INVALID: _("DFDG afviser brugerens type."),
    ErrorCode.ORGANISATION_HEADER_MISSING: _("Oplysningen om myndigheden mangler i kaldet til DFDG."),
    ErrorCode.USER_HEADER_MISSING: _("Oplysningen om brugeren mangler i kaldet til DFDG."),
    ErrorCode.HEADER_UNREADABLE: _("DFDG kunne ikke læse oplysningerne om myndighed og bruger."),
    ErrorCode.CONTACT_MODE_INVALID: _("DFDG kender ikke afholdelsesformen."),
    ErrorCode.CONVERSATION_TYPE_INVALID: _("DFDG kender ikke samtaletypen."),
    ErrorCode.START_BEFORE_TODAY: _("Samtalen ligger før i dag."),
    ErrorCode.END_BEFORE_START: _("Samtalen slutter, før den begynder."),
    ErrorCode.MEETING_FORM_INVALID: _("DFDG kender ikke mødeformen."),
    ErrorCode.NOT_MEMBER_OF_A_FUND: _("Borgeren er ikke medlem af en a-kasse."),
    ErrorCode.MEMBER_OF_ANOTHER_FUND: _("Borgeren er medlem af en anden a-kasse."),
    ErrorCode.SECOND_CONVERSATION: _("Borgeren har allerede en kommende jobsamtale eller opfølgningssamtale."),
    ErrorCode.REBOOKING_DEADLINE_FORBIDDEN: _("Der er sat en frist for ombooking, selv om samtalen ikke kan ombookes."),
    ErrorCode.REBOOKING_DEADLINE_MISSING: _("Fristen for ombooking mangler."),
    ErrorCode.CANCELLATION_DEADLINE_FORBIDDEN: _("Der er sat en frist for afbud, selv om der ikke kan meldes afbud."),
    ErrorCode.SUMMONS_UNKNOWN: _("DFDG kender ikke samtalen."),
    ErrorCode.VALIDATION: _("DFDG kunne ikke godkende oplysningerne."),
    ErrorCode.FAULT_ORIGIN_UNKNOWN: _("Fejlen kan kun være meldt af DFDG eller Jobnet."),
    ErrorCode.FAULT_OFFER_UNKNOWN: _("Mødetilbuddet kendes ikke."),
    ErrorCode.FAULT_BOOKING_UNKNOWN: _("Samtalen kendes ikke."),
    ErrorCode.FAULT_CODE_UNKNOWN: _("Fejlkoden kendes ikke."),
}
NEEDS_THEIR_WORDS = frozenset({ErrorCode.VALIDATION, ErrorCode.VALIDATION_FORMER, ErrorCode.GENERAL})


def sentence_of(complaint: Complaint, *, numbered: bool = True) -> str:
    """One complaint in plain Danish: ours where the code is known, theirs word for word where it is not."""
    number = f" ({complaint.code})" if numbered and complaint.code is not None else ""
    ours = TEXTS.get(complaint.code) if complaint.code is not None else None
    if ours is not None and not (complaint.code in NEEDS_THEIR_WORDS and complaint.text):
        return f"{ours}{number}"
    theirs = f"«{complaint.text}»" if complaint.text else gettext("uden forklaring")
    return f"{ours or gettext('DFDG svarede')}: {theirs}{number}".replace(".:", ":")


class DfdgError(Exception):
    """A call that did not end as wished; `sentence` may be shown to a user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Transient(DfdgError):
    """Wait and try again with the same request id."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Duplicate(DfdgError):
    """The request id is spent, and DFDG does not hold what was said: send again at once under a new one."""

    def __init__(self) -> None:
        super().__init__(gettext("DFDG har set kaldet før, men har ikke samtalen, som den er nu. Den sendes igen."))


class LockedOut(DfdgError):
    """Nothing goes through until certificate or rights are mended: stop and watch for it to answer again."""


class Refused(DfdgError):
    """DFDG will not have it as it is; a person must look."""

    def __init__(self, sentence: str, *, status: int = 0, complaints: tuple[Complaint, ...] = ()) -> None:
        super().__init__(sentence)
        self.status = status
        self.complaints = complaints

    @classmethod
    def because(cls, status: int, complaints: tuple[Complaint, ...]) -> "Refused":
        sentences = " ".join(sentence_of(complaint) for complaint in complaints)
        return cls(
            sentences or gettext("DFDG afviste kaldet uden forklaring (%d).") % status,
            status=status,
            complaints=complaints,
        )

    @property
    def plain(self) -> str:
        """The sentence for those who do not know DFDG's numbers."""
        return " ".join(sentence_of(one, numbered=False) for one in self.complaints) or self.sentence

    def has_code(self, *codes: ErrorCode) -> bool:
        return any(complaint.code in codes for complaint in self.complaints)


class Incomplete(Refused):
    """Never sent: a particular that the law demands is missing."""

    def __init__(self, missing: tuple[Particular, ...]) -> None:
        lacking = ", ".join(particular.label for particular in missing)
        super().__init__(gettext("Indkaldelsen er ikke sendt, fordi der mangler: %s.") % lacking)
        self.missing = missing
