"""Building the kit in a checkout: `python -m cli.kit.making`, which `make clerk-kit` runs."""
