"""HTTP of batches and trips: paths, permissions, one transaction each."""
