"""The source of `mathematics` for a module of one precision, where `exp` and `log` are its own."""

from hal9lib.engine import mathematics
from hal9lib.engine.assembly import function_source

#: In order of use; those that work in float64 keep their literals.
_DOUBLE = (
    mathematics.exp64,
    mathematics.log64,
    mathematics._central64,
    mathematics._tail64,
    mathematics.normal_quantile,
    mathematics.quantile,
)


def mathematics_sources(precision: str) -> list[str]:
    """The parts to put before whatever calls `exp`, `log`, `normal_quantile` or `quantile`."""
    double = [function_source(function, cast=False) for function in _DOUBLE]
    if precision == "float64":
        exp, log, cast = mathematics.exp64, mathematics.log64, False
    else:
        exp, log, cast = mathematics.exp32, mathematics.log32, True
    own = [
        function_source(exp, "exp", cast=cast),
        function_source(log, "log", cast=cast),
    ]
    return [*double, *own]
