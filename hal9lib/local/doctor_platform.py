"""The doctor's look at one data folder and at the HAL9 that may be running on it."""

import os
import stat

from hal9lib.local import ready
from hal9lib.local.findings import Finding
from hal9lib.local.folders import Folders
from hal9lib.local.instance import is_running, read_state
from hal9lib.local.ports import ADDRESS, is_free
from hal9lib.settings import read_settings

USUAL_PORT = 8000


def settings(_folders: Folders) -> Finding:
    """The environment variables, as far as they are set."""
    found = read_settings()  # raises SettingsError with the sentence
    named = "named by HAL9_STORE_URL" if found.store_url else "HAL9's own"
    return Finding("ok", f"the store's database is {named}")


def data_folder(folders: Folders) -> Finding:
    """Whether the data folder can be used."""
    if not folders.data.exists():
        return Finding("ok", f"{folders.data} is made at the first start")
    if not os.access(folders.data, os.W_OK | os.X_OK):
        return Finding("FAIL", f"{folders.data} cannot be written", "name another: --data DIR")
    return Finding("ok", str(folders.data))


def secrets(folders: Folders) -> Finding:
    """Whether passwords and tokens are the owner's alone."""
    if not folders.secrets.exists():
        return Finding("ok", "made at the first start")
    paths = [folders.secrets, *sorted(folders.secrets.iterdir())]
    shared = [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    if shared:
        return Finding(
            "FAIL",
            f"others can read {shared[0]}",
            f"chmod -R go= {folders.secrets} (delete what may have been read)",
        )
    return Finding("ok", f"{len(paths) - 1} secrets, readable by their owner only")


def running(folders: Folders) -> Finding:
    """Whether a HAL9 runs here, and all of its programs."""
    state = read_state(folders)
    if not is_running(folders):
        return Finding("ok", "no HAL9 runs on this data folder")
    if not state:
        return Finding("warn", "HAL9 is starting or stopping", "try again in a moment")
    restarted = {name: times for name, times in state["restarts"].items() if times}
    if restarted:
        shown = ", ".join(f"{name} {times} times" for name, times in restarted.items())
        return Finding("warn", f"restarted after a crash: {shown}", f"read {folders.logs}")
    return Finding("ok", f"{state['address']} (process {state['pid']})")


def port(folders: Folders) -> Finding:
    """Whether the usual port is free for a start."""
    if is_running(folders):
        return Finding("ok", f"in use by this HAL9: {read_state(folders).get('port', '?')}")
    if is_free(USUAL_PORT):
        return Finding("ok", f"{USUAL_PORT} is free")
    return Finding(
        "warn",
        f"{USUAL_PORT} on {ADDRESS} is taken by another program",
        f"./hal9 up --port {USUAL_PORT + 1}",
    )


def health(folders: Folders) -> Finding:
    """What the running HAL9's API says of itself."""
    state = read_state(folders)
    if not is_running(folders) or not state:
        return Finding("ok", "nothing runs, so nothing is ill")
    token = (folders.secrets / "token-api").read_text().strip()
    status = ready.status(f"{state['api']}/health", token)
    if status == 200:
        return Finding("ok", f"{state['api']}/health answers 200")
    return Finding(
        "FAIL",
        f"{state['api']}/health answers {status or 'nothing'}",
        f"read {folders.logs / 'api.log'}",
    )
