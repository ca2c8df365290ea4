"""Every SELECT of batches, trips, passengers and journeys."""
