"""The printed papers of a trip as workbooks: made from what the API says, filled in by hand."""

from cli.papers.handover import make_handover
from cli.papers.manifest import Carriage, make_manifest

__all__ = ["Carriage", "make_handover", "make_manifest"]
