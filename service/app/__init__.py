"""The server, composed: the only place that knows all features."""

from service.app.composition import make_context
from service.app.create import create_app

__all__ = ["create_app", "make_context"]
