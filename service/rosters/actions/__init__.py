"""The verbs of an import: open it, plan a chunk, apply a chunk."""

from service.rosters.actions.applying import apply_chunk
from service.rosters.actions.opening import open_import
from service.rosters.actions.planning import plan_chunk

__all__ = ["apply_chunk", "open_import", "plan_chunk"]
