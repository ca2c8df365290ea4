"""What a message is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    status: int
    zh: tuple[str, str]
    en: tuple[str, str]
