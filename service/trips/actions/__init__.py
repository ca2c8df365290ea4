"""Verbs of batches and trips: change rows, record events; never commit."""
