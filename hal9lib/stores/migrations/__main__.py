"""``python -m hal9lib.stores.migrations``: bring the tables of HAL9_STORE_URL up to date."""

import sys

from hal9lib.errors import Hal9Error, SettingsError
from hal9lib.settings import read_settings
from hal9lib.stores.migrations.migrate import migrate


def main() -> int:
    """Migrate, and say what was done; returns the exit status."""
    try:
        url = read_settings().store_url
        if url is None:
            raise SettingsError(
                "HAL9_STORE_URL is not set; name the database to migrate, as in "
                "postgresql://user:password@host/database."
            )
        taken = migrate(url)
    except Hal9Error as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write("".join(f"took {name}\n" for name in taken) or "nothing to do\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
