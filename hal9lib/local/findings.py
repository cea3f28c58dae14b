"""What a check of the doctor found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """A grade, what was found, and what to type where that is not as it should be."""

    grade: Literal["ok", "warn", "FAIL"]
    text: str
    mend: str = ""
