"""`fangang roster`: check a roster, write an error list and a template."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Optional

import typer

from cli import output
from cli.exits import CommandError, ExitCode
from cli.roster import texts
