"""``python -m hal9lib.service``: the API on 127.0.0.1, at the port HAL9_API_PORT."""

import sys

import uvicorn

from hal9lib.errors import Hal9Error, SettingsError
from hal9lib.service.app import create_app
from hal9lib.service.logs import configure_logging
from hal9lib.settings import read_settings

# Users think for longer than uvicorn's own 5 s between two requests; closing in between costs them
# a connection each time, and an error when the two cross.
KEEP_ALIVE_S = 30


def main() -> int:
    """Serve until a signal ends it; returns the exit status."""
    try:
        settings = read_settings()
        if not settings.api_port:
            raise SettingsError("HAL9_API_PORT is not set; name the port to listen on.")
        configure_logging(settings)
        app = create_app(settings)
    except Hal9Error as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Our own reading of X-Forwarded-For is the only one.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
