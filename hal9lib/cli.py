"""The commands: `hal9 COMMAND`. Each is a file of `hal9lib.commands`; this one finds it."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from hal9lib import __version__
from hal9lib.errors import Hal9Error

#: Command -> what its help line says; the module of that name fills in arguments and does it.
COMMANDS = {
    "up": "bring the platform up on this machine and print its address; Ctrl-C stops it",
    "test": "run everything CI runs, or the groups that are named",
    "run": "simulate a published network, print a summary, keep the run",
    "bench": "measure a published network: one JSON object",
    "verify": "the same networks in NEST, spike by spike where that can be; a report",
    "calibrate": "how often measures are right, on noise and on planted structure",
    "runs": "list the runs that are kept",
    "show": "show one run by its key",
    "replay": "simulate a kept run again and compare its spikes",
    "doctor": "what is installed, reachable, misconfigured, and how to mend it",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. An error of HAL9's is one sentence, no trace."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.execute(options) or 0)
    except Hal9Error as problem:
        print(f"hal9 {options.command}: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nhal9 {options.command}: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away (`hal9 runs | head`); closing quietly is what is expected.
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hal9", description="Networks of neurons: simulated, seen live, measured, kept."
    )
    parser.add_argument("--version", action="version", version=f"HAL9 {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, line in COMMANDS.items():
        command = commands.add_parser(
            name, help=line, description=line.capitalize() + ".", allow_abbrev=False
        )
        module = importlib.import_module(f"hal9lib.commands.{name}")
        module.add_arguments(command)
        command.set_defaults(execute=module.execute)
    return parser


if __name__ == "__main__":
    sys.exit(main())
