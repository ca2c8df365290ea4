"""Every SELECT of imports."""
