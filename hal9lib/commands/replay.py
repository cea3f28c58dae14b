"""`hal9 replay KEY`: simulate a kept run again and compare its spikes."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 replay`."""
    parser.add_argument("key", help="a run's key, or its first 8 or more characters")


def execute(options: argparse.Namespace) -> int:
    """0 when the spikes are the same, 1 when they differ."""
    import hal9lib as hal9
    from hal9lib.run import versions

    with hal9.open_store() as store:
        kept = store.load(options.key)
    again = hal9.simulate(
        kept.network, kept.duration_ms, dt_ms=kept.dt_ms, precision=kept.precision
    )
    if again.spike_hash == kept.spike_hash:
        print(f"the same {len(again.spike_steps):,} spikes: {again.spike_hash}")
        return 0
    print(f"other spikes: {again.spike_hash}, kept {kept.spike_hash}")
    now = versions()
    for name, version in kept.versions.items():
        if now.get(name) != version:
            print(f"  {name} was {version}, is {now.get(name, 'not installed')}")
    return 1
