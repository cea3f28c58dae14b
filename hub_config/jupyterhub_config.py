"""JupyterHub on one machine: flat, each setting with its reason. `./hal9 up` starts it.

What the settings depend on comes through hal9lib.settings; who may do what is in access.py.
"""

# ruff: noqa: F821 - JupyterHub hands `c` to this file
# mypy: ignore-errors
import os
import sys
from pathlib import Path

from hal9lib.settings import read_hub_settings
from hub_config import access
from hub_config.local_login import LocalLogin
from hub_config.local_spawner import LocalSpawner
from hub_config.user_folder import prepare_user_folder

settings = read_hub_settings()
root = Path(__file__).resolve().parent.parent
here = "127.0.0.1"

# --- where it listens: this machine only -------------------------------------------------------
c.JupyterHub.bind_url = f"http://{here}:{settings.public_port}/"
c.JupyterHub.hub_bind_url = f"http://{here}:{settings.hub_port}"
# The supervisor starts the proxy, so that a hub that crashes takes nobody's connection with it.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://{here}:{settings.proxy_port}"
c.ConfigurableHTTPProxy.auth_token = settings.proxy_token
# A proxy that was restarted has no routes until the hub looks, which it does together with noting
# the users' activity: look often.
c.JupyterHub.last_activity_interval = 5

# --- state: the same PostgreSQL as everything else, a database of its own ----------------------
c.JupyterHub.db_url = settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
# A connection that PostgreSQL's restart has cut is noticed before it is used.
c.JupyterHub.db_kwargs = {"pool_pre_ping": True}
# The installed version brings its own tables up to date; nobody types a command for it.
c.JupyterHub.upgrade_db = True
# Kept between starts, so that a restart logs nobody out.
c.JupyterHub.cookie_secret = bytes.fromhex(settings.cookie_secret)

# --- login and access --------------------------------------------------------------------------
c.JupyterHub.authenticator_class = LocalLogin
c.LocalLogin.passwords = {
    name: (settings.secrets / f"password-{name}").read_text().strip() for name in access.LOCAL_USERS
}
c.Authenticator.allowed_users = access.allowed_users(access.LOCAL_USERS)
# Said aloud, because a login page is only as closed as these: nobody else, and no administrator.
c.Authenticator.allow_all = False
c.Authenticator.admin_users = set()
c.Authenticator.any_allow_config = True
# A user taken off the list loses the login; by default the hub keeps those in its database.
c.Authenticator.allow_existing_users = False
c.JupyterHub.custom_scopes = access.CUSTOM_SCOPES
c.JupyterHub.load_roles = access.roles(access.LOCAL_USERS)
c.JupyterHub.services = list(
    access.services(
        tokens={
            access.API: settings.api_token,
            access.DASHBOARDS: settings.dashboards_token,
            access.CULLER: settings.culler_token,
        },
        ports={access.API: settings.api_port, access.DASHBOARDS: settings.dashboards_port},
        address=here,
    )
)
# A login lasts a working week; then the password is asked for again.
c.JupyterHub.cookie_max_age_days = 7
# A token that a user makes for a script ends by itself at last.
c.JupyterHub.token_expires_in_max_seconds = 90 * 24 * 3600

# --- one server a user -------------------------------------------------------------------------
c.JupyterHub.spawner_class = LocalSpawner
# -P: a file in a user's folder must not replace a module of the server's own.
c.Spawner.cmd = [sys.executable, "-P", "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    # Nothing is fetched from elsewhere: no news, no look for updates, no list of extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    # A deleted file is gone, rather than in a hidden trash that fills the disk.
    "--FileContentsManager.delete_to_trash=False",
    # Jupyter refuses to run as root unless told; only then is it told.
    *(["--allow-root"] if os.geteuid() == 0 else []),
]
c.Spawner.default_url = "/lab/tree/notebooks/01-first-run.ipynb"
c.LocalSpawner.home_dir_template = str(settings.data / "users" / "{username}")
c.Spawner.pre_spawn_hook = lambda spawner: prepare_user_folder(
    settings.data / "users" / spawner.user.name, root / "notebooks"
)
# What a kernel inherits from the hub: how to find programs and how to spell, and no secret.
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HAL9_THREADS"]
c.Spawner.environment = {
    # hal9.open_store() in a kernel is the service, with the user's own hub token.
    "HAL9_API_URL": f"http://{here}:{settings.public_port}/services/{access.API}",
    # What a user's own HAL9 files are, should they leave the service aside.
    "HAL9_DATA": lambda spawner: str(settings.data / "users" / spawner.user.name / "data"),
    # Lab's own settings for everybody: it does not ask whether to fetch news, and loads neither
    # Panel's extension (30 MB and up to 20 s at the end of each server; panels in a notebook do
    # without it) nor that of language servers, of which there are none.
    "JUPYTER_CONFIG_PATH": str(root / "hub_config" / "jupyter"),
}
c.Spawner.server_token_scopes = access.server_token_scopes()
# Two busy cores take up to 20 s for a Lab; a slower machine has its time too.
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
# Stopping the platform must not wait for a server that does not end.
c.LocalSpawner.interrupt_timeout = 3
c.LocalSpawner.term_timeout = 2
c.LocalSpawner.kill_timeout = 2
c.JupyterHub.cleanup_servers = True

# --- what it shows -----------------------------------------------------------------------------
# Logging in leads to the own server, and there to the first notebook.
c.JupyterHub.redirect_to_server = True
c.JupyterHub.log_level = "INFO"
# The hub's pages wear the dashboards' bar, colours and mark; the forms are JupyterHub's own.
c.JupyterHub.template_paths = [str(root / "hub_config" / "templates")]
c.JupyterHub.logo_file = str(root / "dashboards" / "assets" / "favicon.svg")
