"""The verbs of an import: open it, plan a chunk, prepare and apply it, take it back; list whom it lacks."""

from service.rosters.actions.absence import list_absent
from service.rosters.actions.applying import apply_chunk
from service.rosters.actions.opening import open_import
from service.rosters.actions.planning import plan_chunk
from service.rosters.actions.preparing import prepare_chunk
from service.rosters.actions.signing import sign_up
from service.rosters.actions.undoing import undo_import

__all__ = [
    "apply_chunk",
    "list_absent",
    "open_import",
    "plan_chunk",
    "prepare_chunk",
    "sign_up",
    "undo_import",
]
