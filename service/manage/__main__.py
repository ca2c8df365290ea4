"""`python -m service.manage`: what the console command `fangang-server` runs."""

from service.manage import run

run()
