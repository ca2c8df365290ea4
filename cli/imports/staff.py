"""What an import of an enterprise's list says: who was known, who was not; to the enterprise itself
only how many were received.
"""

from cli.imports.sending import Comparison
from cli.imports.texts import ImportText
from schemas.imports import Counts, RosterImportOut
from schemas.texts import say


def describe_plan(compared: Comparison) -> str:
    counts = compared.total
    if counts.received:
        return say(ImportText.STAFF_TO_SEND, received=counts.received)
    return say(ImportText.STAFF_COMPARED, matches=_describe(counts))


def describe_result(done: Comparison, *, seconds: float) -> str:
    counts, receipt = done.total, done.opened.receipt
    if counts.received:
        return say(
            ImportText.STAFF_SENT, received=counts.received, seconds=seconds, receipt=receipt
        )
    matches = _describe(counts)
    return say(ImportText.STAFF_KEPT, matches=matches, seconds=seconds, receipt=receipt)


def describe_status(row: RosterImportOut, *, state: str) -> str:
    values = {"receipt": row.receipt, "state": state, "accepted": row.accepted}
    if row.counts.received:
        return say(ImportText.STAFF_STATUS, **values)
    return say(ImportText.STAFF_STATUS_MATCHED, **values, matches=_describe(row.counts))


def _describe(counts: Counts) -> str:
    conflicts = say(ImportText.CONFLICTS, count=counts.conflicts)
    return say(
        ImportText.STAFF_MATCHES,
        known=counts.updated + counts.unchanged,
        updated=counts.updated,
        unmatched=counts.unmatched,
        conflicts=conflicts if counts.conflicts else "",
    )
