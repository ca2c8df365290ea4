"""Pure decisions on plain values: no session, no clock, no FastAPI."""
