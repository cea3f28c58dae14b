"""`hal9 show KEY`: one run by its key."""

import argparse
import json

from hal9lib import words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 show`."""
    parser.add_argument("key", help="a run's key, or its first 8 or more characters")
    parser.add_argument("--json", action="store_true", help="the whole record as JSON")


def execute(options: argparse.Namespace) -> int:
    """Print the record."""
    import hal9lib as hal9

    with hal9.open_store() as store:
        record = store.record(options.key)
    if options.json:
        print(json.dumps(record, default=str))
        return 0
    hidden = {"description", "versions", "host", "rates_hz"}
    for name, value in record.items():
        if name not in hidden and value not in (None, "", []):
            print(f"{name:>12}  {value}")
    for name, rate in record["rates_hz"].items():
        print(f"{'rate ' + name:>12}  {rate:.2f} Hz")
    network = record["description"]
    for part in network["populations"]:
        print(
            f"{'population':>12}  {part['name']}, {part['size']:,} {words.called(part['neuron'])}"
        )
    for part in network["projections"]:
        print(f"{'projection':>12}  {part['source']} -> {part['target']}, {words.projection(part)}")
    for part in network["drives"]:
        print(f"{'drive':>12}  {part['target']}, {words.drive(part)}")
    print(f"{'versions':>12}  " + ", ".join(f"{k} {v}" for k, v in record["versions"].items()))
    return 0
