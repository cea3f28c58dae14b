"""The largest time step at which a neuron's step behaves, found by trying.

A thousand steps are taken from the initial state, at every time step of a grid, at the ends of
every distributed parameter, with no input and with strong input. A time step fails

- where a state variable becomes nan, larger than 1e30 (float32 ends at 3e38), or a million times
  larger than it gets at the finest step;
- where the model asks for ``dt_ms``, and small differences grow from step to step although they
  would shrink: at states on the way, the step's linearisation has an eigenvalue beyond 1.05 times
  what the equations (its linearisation at a step that is finer still) allow. Euler's method of
  ``dv/dt = -v / tau`` fails above 2 tau.

That is stability, not accuracy (halve the step and compare), so no step above 1 ms is found: who
wants one says so.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.own.cases import corners, inputs
from hal9lib.own.grammar import Function
from hal9lib.own.numbers import evaluate

#: The time steps that are tried, in ms; above `LARGEST` only below one that is asked for.
GRID = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
LARGEST = 1.0
STEPS = 1_000
_MILLION = 1e6
_TOO_LARGE = 1e30
_SLACK = 1.05
_NUDGE = 1e-5
_SAMPLES = 40

Array = NDArray[Any]


@dataclass(frozen=True)
class Cell:
    """What is tried: a step, and what its arguments are."""

    name: str
    step: Function
    constants: Callable[[Mapping[str, Any], Any], Mapping[str, Any]]
    state: Mapping[str, Any]
    parameters: Mapping[str, Any]
    receptors: Mapping[str, tuple[str, int]]
    #: Whether anything depends on the time step.
    timed: bool


def largest_step(cell: Cell, max_dt_ms: float | None) -> float:
    """`max_dt_ms` if the cell behaves there and below, or else the largest of the grid up to 1 ms.

    Raises ParameterError: it does not, or at none; with the state variable and the step of it.
    """
    top = LARGEST if max_dt_ms is None else max_dt_ms
    steps = [top, *(dt for dt in GRID if dt < top)]
    problems = _problems(cell, np.array(steps))
    stable = math.nan
    for dt, problem in zip(reversed(steps), reversed(problems), strict=True):
        if problem:
            break
        stable = dt
    if math.isnan(stable):
        raise ParameterError(
            f"{cell.name}.step is not allowed; at dt_ms = {steps[-1]:g} {problems[-1]}; "
            "see that it stays finite, and cut what may grow with min or max."
        )
    if max_dt_ms is not None and stable < max_dt_ms:
        raise ParameterError(
            f"{cell.name}.max_dt_ms = {max_dt_ms:g} is not allowed; there {problems[0]}: "
            f"use {stable:g} or less, or leave it out."
        )
    return stable


class _Trial:
    """All cases side by side: corners of the parameters, inputs and time steps."""

    def __init__(self, cell: Cell, steps: Array) -> None:
        self.cell = cell
        self.dt, kinds, corner = (part.ravel() for part in self._grid(cell, steps))
        given = corners({**cell.state, **cell.parameters})
        values = {name: array[corner] for name, array in given.items()}
        self.parameters = {name: values[name] for name in cell.parameters}
        arriving = inputs(cell.receptors)
        rates = {name: np.array([c[name] for c in arriving])[kinds] for name in cell.receptors}
        self.strong = kinds > 0
        self.scenario = kinds * (1 + corner.max()) + corner
        self.start = np.array([values[name] for name in cell.state]).reshape(-1, len(self.dt))
        random = {"random_uniform": np.full(self.dt.shape, 0.5), "random_normal": 0.0 * self.dt}
        self.fine_dt = 0.1 * steps.min()
        self.around = {
            dt_name: {
                **random,
                **{name: rate * dt for name, rate in rates.items()},
                **cell.constants(self.parameters, dt),
            }
            for dt_name, dt in (("own", self.dt), ("fine", np.full(self.dt.shape, self.fine_dt)))
        }

    @staticmethod
    def _grid(cell: Cell, steps: Array) -> list[Array]:
        given = corners({**cell.state, **cell.parameters})
        cases = max((len(array) for array in given.values()), default=1)
        kinds = np.arange(len(inputs(cell.receptors)))
        return list(np.meshgrid(steps, kinds, np.arange(cases), indexing="ij"))

    def step(self, state: Array, dt_name: str = "own") -> tuple[Array, Array]:
        """(cases,) spiked and (variables, cases) the state after a step."""
        names = self.around[dt_name] | dict(zip(self.cell.state, state, strict=True))
        asked = {name: names[name] for name in self.cell.step.arguments}
        spiked, *after = evaluate(self.cell.step, asked)
        shape = self.dt.shape
        found = np.empty((len(after), *shape))
        for index, values in enumerate(after):
            found[index] = values
        return np.broadcast_to(spiked, shape), found

    def growth(self, state: Array, dt_name: str) -> tuple[Array, Array]:
        """(cases, variables, variables) the step's linearisation, and where it has one."""
        spiked, middle = self.step(state, dt_name)
        smooth = ~spiked
        columns = []
        for index, nudge in enumerate(_NUDGE * (1.0 + np.abs(state))):
            sides = []
            for sign in (1.0, -1.0):
                moved = state.copy()
                moved[index] += sign * nudge
                fired, after = self.step(moved, dt_name)
                smooth &= ~fired
                sides.append(sign * (after - middle) / nudge)
            size = np.maximum(np.abs(sides[0]), np.abs(sides[1]))
            smooth &= (np.abs(sides[0] - sides[1]) <= 0.1 * size + 1e-6).all(axis=0)
            columns.append(0.5 * (sides[0] + sides[1]))
        matrix = np.array(columns).transpose(2, 1, 0)
        return matrix, smooth & np.isfinite(matrix).all(axis=(1, 2))

    def excess(self, state: Array) -> Array:
        """(cases,) how much faster differences grow than the equations allow; 0 if not known."""
        found = np.zeros(self.dt.shape)
        with np.errstate(all="ignore"):
            own, smooth = self.growth(state, "own")
            fine, fine_smooth = self.growth(state, "fine")
            smooth = smooth & fine_smooth
            rates = (fine - np.eye(len(state))) / self.fine_dt
            smooth &= np.isfinite(rates).all(axis=(1, 2))
            if smooth.any():
                rate = np.linalg.eigvals(rates[smooth]).real.max(axis=1)
                allowed = np.exp(np.maximum(rate, 0.0) * self.dt[smooth])
                found[smooth] = np.abs(np.linalg.eigvals(own[smooth])).max(axis=1) / allowed
        return found


class _Seen:
    """What happened to each case on the way."""

    def __init__(self, trial: _Trial) -> None:
        self.size = np.abs(trial.start)
        cases = len(trial.dt)
        self.broken_at = np.zeros(cases, int)  # the step, from 1
        self.broken = np.zeros(cases, int)  # the state variable
        self.growing = np.zeros(cases, int)
        self.excess = np.zeros(cases)

    def state(self, count: int, state: Array) -> None:
        """Take note of the state after a step."""
        bad = ~(np.abs(state) < _TOO_LARGE)  # nan, too
        first = bad.any(axis=0) & (self.broken_at == 0)
        self.broken_at[first] = count
        if first.any():
            self.broken[first] = np.argmax(bad[:, first], axis=0)
        self.size = np.fmax(self.size, np.abs(state))

    def growth(self, excess: Array) -> None:
        """Take note of how differences grow there."""
        self.growing += excess > _SLACK
        self.excess = np.maximum(self.excess, excess)


def _problems(cell: Cell, steps: Array) -> list[str]:
    """For each time step what goes wrong there, or an empty text."""
    trial = _Trial(cell, steps)
    seen, state = _Seen(trial), trial.start
    every = STEPS * max(1, len(state) // 4) // _SAMPLES
    for count in range(1, STEPS + 1):
        if count % every == 0 and cell.timed and len(state):
            seen.growth(trial.excess(state))
        _, state = trial.step(state)
        seen.state(count, state)
    return [_problem(trial, seen, dt) for dt in steps]


def _problem(trial: _Trial, seen: _Seen, dt: float) -> str:
    names = list(trial.cell.state)
    for case in np.flatnonzero(trial.dt == dt):
        when = "under strong input" if trial.strong[case] else "with no input"
        if seen.broken_at[case]:
            name = names[seen.broken[case]]
            return f"{name} is nan or beyond 1e30 after step {seen.broken_at[case]} {when}"
        same = (trial.dt == trial.dt.min()) & (trial.scenario == trial.scenario[case])
        share = seen.size[:, case] / (1.0 + seen.size[:, same].max(axis=1, initial=0.0))
        if (share > _MILLION).any():
            index = int(np.argmax(share))
            return f"{names[index]} grows to {seen.size[index, case]:.0e} {when}"
        if seen.growing[case] >= 2:
            return (
                f"a small difference grows {seen.excess[case]:.2g}-fold in a step {when}, more "
                "than the equations let it"
            )
    return ""
