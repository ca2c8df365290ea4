"""`python -m cli`: the same as the console command `fangang`."""

from cli.main import run

run()
