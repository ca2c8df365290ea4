"""The verbs of the desk: correct one worker, list what is missing."""

from service.corrections.actions.correcting import Corrected, correct_worker
from service.corrections.actions.listing import list_todo

__all__ = ["Corrected", "correct_worker", "list_todo"]
