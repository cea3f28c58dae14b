"""The measuring process: a task as JSON on stdin, one line of JSON on stdout."""

import json
import sys

from hal9lib.bench.windows import measure_here
from hal9lib.errors import ParameterError, SimulationError


def main() -> None:
    """Measure what is asked, or say why not."""
    try:
        answer = measure_here(json.load(sys.stdin))
    except ParameterError as problem:
        answer = {"refused": str(problem)}
    except SimulationError as problem:
        answer = {"failed": str(problem)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
