"""Journeys begin at the desk of the command line's tests."""

from tests.cli.conftest import desk

__all__ = ["desk"]
