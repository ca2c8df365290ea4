"""One line for each figure that a bench prints, with its aim where there is one. Printed, never asserted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `goal` is empty where none was set; `fits`: whether it is reached."""

    what: str
    reached: str
    goal: str = ""
    fits: bool = True

    def __str__(self) -> str:
        mark = "" if not self.goal else " ok" if self.fits else " NOT REACHED"
        goal = f"   (goal {self.goal}){mark}" if self.goal else ""
        return f"  {self.what:<100} {self.reached:>20}{goal}"


def at_most(what: str, value: float, goal: float, unit: str = "×", *, digits: int = 2) -> Line:
    return Line(what, f"{value:,.{digits}f} {unit}", f"≤ {goal:g} {unit}", value <= goal)


def at_least(what: str, value: float, goal: float) -> Line:
    return Line(what, f"{value:.2f} ×", f"≥ {goal:g} ×", value >= goal)
