"""Mutants of a module: one small change each (a comparison, a connective, a number, a sum, a returned or
yielded value, a negation), listed in the order of the source and made by their number.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_REKNED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`number`: of all that the module has."""

    number: int
    line: int
    change: str


def list_mutants(source: str) -> list[Mutant]:
    """What is only declared (annotations, defaults of dataclasses at class level, docstrings) is left alone."""
    tree = ast.parse(source)
    found = [(line, change) for line, change, _ in _list_changes(tree)]
    return [Mutant(number, line, change) for number, (line, change) in enumerate(found)]


def make_mutant(source: str, number: int) -> str:
    """The source with that one change."""
    tree = ast.parse(source)
    for place, (_, _, apply) in enumerate(_list_changes(tree)):
        if place == number:
            apply()
            return ast.unparse(tree)
    raise IndexError(number)


class _Change:
    """Sets one attribute of one node."""

    def __init__(self, node: ast.AST, name: str, value: object) -> None:
        self.node, self.name, self.value = node, name, value

    def __call__(self) -> None:
        setattr(self.node, self.name, self.value)


def _list_changes(tree: ast.Module) -> Iterator[tuple[int, str, _Change]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    continue
                for node in _walk(statement):
                    yield from _change(node)


def _walk(statement: ast.stmt) -> Iterator[ast.AST]:
    """In the order of the source; not what is declared inside."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            continue
        yield from _walk(child)  # type: ignore[arg-type]


def _change(node: ast.AST) -> Iterator[tuple[int, str, _Change]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = _COMPARED.get(type(node.ops[0]))
        if other is not None:
            yield _tell(node, type(node.ops[0]).__name__, other.__name__, "ops", [other()])
    elif isinstance(node, ast.BoolOp):
        flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _tell(node, type(node.op).__name__, type(flipped).__name__, "op", flipped)
    elif isinstance(node, ast.BinOp) and type(node.op) in _REKNED:
        reckoned = _REKNED[type(node.op)]
        yield _tell(node, type(node.op).__name__, reckoned.__name__, "op", reckoned())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        twice = ast.UnaryOp(ast.Not(), node.operand)
        yield _tell(node, "not x", "x", "operand", twice)
    elif isinstance(node, ast.Constant) and type(node.value) in {int, bool}:
        changed = not node.value if isinstance(node.value, bool) else node.value + 1
        yield _tell(node, repr(node.value), repr(changed), "value", changed)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        other_name = _CALLED[node.func.id]
        renamed = ast.Name(other_name, ast.Load())
        yield _tell(node, node.func.id, other_name, "func", renamed)
    elif isinstance(node, ast.Return) and not _is_plain(node.value):
        yield _tell(node, "return x", "return None", "value", ast.Constant(None))
    elif isinstance(node, ast.If):
        yield _tell(node, "if x", "if not x", "test", ast.UnaryOp(ast.Not(), node.test))


def _is_plain(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _tell(
    node: ast.expr | ast.stmt, before: str, after: str, name: str, value: object
) -> tuple[int, str, _Change]:
    return node.lineno, f"{before} -> {after}", _Change(node, name, value)
