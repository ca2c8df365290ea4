"""Loaded by `pytest -p tests.mutants.plugin`: FANGANG_MUTANT=module:number is imported with that change."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from tests.mutants.mutating import make_mutant

VARIABLE = "FANGANG_MUTANT"


class _Loader(importlib.abc.Loader):
    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def exec_module(self, module: ModuleType) -> None:
        source = make_mutant(self._path.read_text(encoding="utf-8"), self._number)
        exec(compile(source, str(self._path), "exec"), module.__dict__)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, number: int) -> None:
        self._name, self._number = name, number

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, _path)
        if found is None or found.origin is None:
            return None
        loader = _Loader(Path(found.origin), self._number)
        return importlib.util.spec_from_file_location(name, found.origin, loader=loader)


if told := os.environ.get(VARIABLE):
    module_name, _, told_number = told.partition(":")
    sys.meta_path.insert(0, _Finder(module_name, int(told_number)))
