"""What an import of an enterprise's list says: who was known, who was not; to the enterprise itself
only how many were received.
"""

from cli.imports.sending import Comparison
from cli.imports.texts import Text, get_text
from schemas.imports import Counts, RosterImportOut
from schemas.texts import Language


def describe_plan(compared: Comparison, language: Language) -> str:
    counts = compared.total
    if counts.received:
        return get_text(Text.STAFF_TO_SEND, language, received=counts.received)
    return get_text(Text.STAFF_COMPARED, language, matches=_describe(counts, language))


def describe_result(done: Comparison, *, seconds: float, language: Language) -> str:
    counts, receipt = done.total, done.opened.receipt
    if counts.received:
        return get_text(
            Text.STAFF_SENT, language, received=counts.received, seconds=seconds, receipt=receipt
        )
    matches = _describe(counts, language)
    return get_text(Text.STAFF_KEPT, language, matches=matches, seconds=seconds, receipt=receipt)


def describe_status(row: RosterImportOut, *, state: str, language: Language) -> str:
    values = {"receipt": row.receipt, "state": state, "accepted": row.accepted}
    if row.counts.received:
        return get_text(Text.STAFF_STATUS, language, **values)
    return get_text(
        Text.STAFF_STATUS_MATCHED, language, **values, matches=_describe(row.counts, language)
    )


def _describe(counts: Counts, language: Language) -> str:
    conflicts = get_text(Text.CONFLICTS, language, count=counts.conflicts)
    return get_text(
        Text.STAFF_MATCHES,
        language,
        known=counts.updated + counts.unchanged,
        updated=counts.updated,
        unmatched=counts.unmatched,
        conflicts=conflicts if counts.conflicts else "",
    )
