"""`python -m service.manage`: the same as the console command `fangang-server`."""

from service.manage import run

run()
