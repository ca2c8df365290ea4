"""Verbs of who rode with whom: find who is meant, compute, list, take answers; never commit."""
