"""The source tree as the guards read it: every file parsed once, none imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("schemas", "cli", "service")
EVERYTHING = (*PROGRAM, "alembic", "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is dotted: service.trips.queries (the package itself for an __init__.py)."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def is_under(self, *packages: str) -> bool:
        return any(self.name == each or self.name.startswith(f"{each}.") for each in packages)

    def at(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def parse(name: str, text: str) -> Source:
    """A source that is in no file: for the controls of the guards."""
    return Source(name, ROOT / f"{name.replace('.', '/')}.py", text, ast.parse(text))


def list_sources(*packages: str) -> tuple[Source, ...]:
    return tuple(source for each in packages for source in _list_package(each))


@cache
def _list_package(name: str) -> tuple[Source, ...]:
    return tuple(_read(path) for path in sorted((ROOT / name).rglob("*.py")))


def _read(path: Path) -> Source:
    steps = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(steps[:-1] if steps[-1] == "__init__" else steps)
    text = path.read_text(encoding="utf-8")
    return Source(name, path, text, ast.parse(text))


def list_imports(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module, wherever in the file; `from a import b` as a.b."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def list_functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def list_features() -> list[Path]:
    """The packages of business nouns: whoever has a router, actions, queries, rules or models,
    and is none of the floors below them.
    """
    below = {"app", "manage", "db", "ledger", "vault", "recording"}
    return [
        each
        for each in sorted((ROOT / "service").iterdir())
        if each.is_dir() and each.name not in below and (each / "__init__.py").exists()
    ]
