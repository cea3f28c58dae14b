"""What is asked of a calibrated measure, and which of it a set of counts misses."""

from collections.abc import Mapping
from typing import Any

from hal9lib.extras import needs

ALARMS_OF_1000 = 65
LEAST_POWER = 0.8
MOST_BIAS = 0.05
COVERAGE = (0.92, 0.97)
LEAST_UNIFORM_P = 1e-3
#: How unlikely counts of fewer repeats must be before they speak against a measure.
SURPRISE = 1e-4


def missed(found: Mapping[str, Any]) -> list[str]:
    """What a full calibration misses, one sentence each; empty when all is met.

    >>> missed({"alarms": 66, "noise_repeats": 1000, "uniform_p": 0.3, "power": 1.0})
    ['66 alarms of 1,000; 65 at most']
    """
    problems = []
    if "alarms" in found:
        most = ALARMS_OF_1000 * found["noise_repeats"] / 1000
        if found["alarms"] > most:
            problems.append(
                f"{found['alarms']} alarms of {found['noise_repeats']:,}; {most:.0f} at most"
            )
        if found["uniform_p"] < LEAST_UNIFORM_P:
            problems.append(f"p is not uniform on noise (p {found['uniform_p']:.1g})")
    if found.get("power", 1.0) < LEAST_POWER:
        problems.append(f"power {found['power']:.2f}; {LEAST_POWER} at least")
    if abs(found.get("bias", 0.0)) > MOST_BIAS:
        problems.append(f"median bias {found['bias']:+.1%}; 5 % at most")
    low, high = COVERAGE
    if not low <= found.get("coverage", low) <= high:
        problems.append(f"coverage {found['coverage']:.1%}; 92 to 97 %")
    return problems


def contradicted(found: Mapping[str, Any]) -> list[str]:
    """What a small calibration makes all but impossible: binomial tails below 1 in 10,000."""
    binomial = needs("scipy.stats", "a calibration").binom
    problems = []
    if "alarms" in found:
        most = binomial.isf(SURPRISE, found["noise_repeats"], 0.05)
        if found["alarms"] > most:
            problems.append(f"{found['alarms']} alarms of {found['noise_repeats']}")
        if found["uniform_p"] < SURPRISE:
            problems.append(f"p on noise is not uniform (p {found['uniform_p']:.1g})")
    if "power" in found:
        least = binomial.ppf(SURPRISE, found["power_repeats"], LEAST_POWER)
        if found["power"] * found["power_repeats"] < least:
            problems.append(f"power {found['power']:.2f}")
    if "coverage" in found:
        covered = round(found["coverage"] * found["value_repeats"])
        if covered < binomial.ppf(SURPRISE, found["value_repeats"], COVERAGE[0]):
            problems.append(f"coverage {found['coverage']:.2f}")
        if covered > binomial.isf(SURPRISE, found["value_repeats"], COVERAGE[1]):
            problems.append(f"coverage {found['coverage']:.2f}")
    if abs(found.get("bias", 0.0)) > 3.0 * MOST_BIAS:
        problems.append(f"median bias {found['bias']:+.1%}")
    return problems
