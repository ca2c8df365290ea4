"""Limits that carriers, vehicles and drivers share."""

from typing import Annotated

from pydantic import StringConstraints

PaperNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z一-龥()（）〔〕\-]{4,40}$")
]
"""The number of a licence or certificate, as printed on it."""
