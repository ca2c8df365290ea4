"""What an import of an enterprise's list says: who was known, who was not; to the enterprise itself
only how many were received.
"""

from cli.imports.sending import Comparison
from cli.imports.texts import Text, get_text
from schemas.imports import Counts, RosterImportOut


def describe_plan(compared: Comparison) -> str:
    counts = compared.total
    if counts.received:
        return get_text(Text.STAFF_TO_SEND, received=counts.received)
    return get_text(Text.STAFF_COMPARED, matches=_describe(counts))


def describe_result(done: Comparison, *, seconds: float) -> str:
    counts, receipt = done.total, done.opened.receipt
    if counts.received:
        return get_text(Text.STAFF_SENT, received=counts.received, seconds=seconds, receipt=receipt)
    matches = _describe(counts)
    return get_text(Text.STAFF_KEPT, matches=matches, seconds=seconds, receipt=receipt)


def describe_status(row: RosterImportOut, *, state: str) -> str:
    values = {"receipt": row.receipt, "state": state, "accepted": row.accepted}
    if row.counts.received:
        return get_text(Text.STAFF_STATUS, **values)
    return get_text(Text.STAFF_STATUS_MATCHED, **values, matches=_describe(row.counts))


def _describe(counts: Counts) -> str:
    conflicts = get_text(Text.CONFLICTS, count=counts.conflicts)
    return get_text(
        Text.STAFF_MATCHES,
        known=counts.updated + counts.unchanged,
        updated=counts.updated,
        unmatched=counts.unmatched,
        conflicts=conflicts if counts.conflicts else "",
    )
