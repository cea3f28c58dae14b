"""`hal9 runs`: the runs that are kept, newest first."""

import argparse

from hal9lib.commands import values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 runs`."""
    parser.add_argument("--model", help="only this model")
    parser.add_argument("--tag", help="only with this tag")
    parser.add_argument("--since", help="only since this date, such as 2026-01-31")
    parser.add_argument("--limit", default="20", help="how many (default 20)")
    parser.add_argument("--json", action="store_true", help="a JSON list")


def execute(options: argparse.Namespace) -> int:
    """Print a table."""
    import hal9lib as hal9

    with hal9.open_store() as store:
        table = store.find(
            model=options.model,
            tag=options.tag,
            since=options.since,
            limit=values.whole("--limit", options.limit),
        )
        if options.json:
            print(table.to_json(orient="records", date_format="iso"))
            return 0
        if table.empty:
            print(f"no run in {store.name} matches; keep one with: ./hal9 run brunel")
            return 0
    shown = table[["key", "model", "neurons", "duration_ms", "rate_hz", "seed", "created"]].copy()
    shown["key"] = shown["key"].str[:12]
    shown["created"] = shown["created"].astype(str).str[:19]
    print(shown.to_string(index=False, float_format=lambda value: f"{value:,.2f}"))
    return 0
