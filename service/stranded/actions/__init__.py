"""The verbs: keep what enterprises tell, list whom to call, note calls, write letters."""

from service.stranded.actions.asking import list_chase, record_call, write_letter
from service.stranded.actions.keeping import forget_import, keep_statements, list_told

__all__ = [
    "forget_import",
    "keep_statements",
    "list_chase",
    "list_told",
    "record_call",
    "write_letter",
]
