"""What the dashboards cannot be safe or useful without, looked at before anything is loaded."""

from hal9lib.errors import SettingsError
from hal9lib.settings import Settings

MIN_SECRET = 32


def check(settings: Settings) -> None:
    """Raise SettingsError for what the server cannot be safe or useful without."""
    if not settings.cookie_secret or len(settings.cookie_secret) < MIN_SECRET:
        raise SettingsError(
            f"HAL9_COOKIE_SECRET is missing or shorter than {MIN_SECRET} characters; "
            "set it to a random text and keep it: logins are signed with it."
        )
    if not settings.hub_token:
        raise SettingsError(
            "JUPYTERHUB_API_TOKEN is not set; the dashboards are a service of the hub, "
            "started by `./hal9 up`."
        )
    if not settings.api_url:
        raise SettingsError("HAL9_API_URL is not set; set it to the address of HAL9's API.")
