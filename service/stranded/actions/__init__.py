"""The verbs: keep what enterprises tell, list whom to call, note calls, write letters."""

from service.stranded.actions.asking import list_chase, record_call, write_letter
from service.stranded.actions.forgetting import Forgetting, forget, plan_forgetting
from service.stranded.actions.keeping import keep_statements, list_told

__all__ = [
    "Forgetting",
    "forget",
    "keep_statements",
    "list_chase",
    "list_told",
    "plan_forgetting",
    "record_call",
    "write_letter",
]
