"""PostgreSQL from the wheel: its files, its start as a program, its databases and roles.

It listens on 127.0.0.1 alone, has no unix socket, and knows no login without a password
(SCRAM). Two databases, each with a role that owns nothing else and may nothing else: `hal9`
(runs, live state) and `hal9_hub` (JupyterHub's own state).
"""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from hal9lib.errors import PlatformError
from hal9lib.local.folders import Folders
from hal9lib.local.logs import last_lines, open_log
from hal9lib.local.ports import ADDRESS
from hal9lib.local.postgres_account import Home, password_file
from hal9lib.local.process import Program

ADMIN = "postgres"
STORE = "hal9"
HUB = "hal9_hub"
NAME = "postgresql"
MAJOR = "18"

_ACCESS = f"""\
# Written by HAL9 at each start. One line a role and database; nothing else may connect.
host {ADMIN}     {ADMIN}     {ADDRESS}/32 scram-sha-256
host {STORE}     {ADMIN}     {ADDRESS}/32 scram-sha-256
host {HUB}       {ADMIN}     {ADDRESS}/32 scram-sha-256
host {STORE}     {STORE}     {ADDRESS}/32 scram-sha-256
host {HUB}       {HUB}       {ADDRESS}/32 scram-sha-256
"""


def url(port: int, role: str, password: str, database: str) -> str:
    """The address of a database on this machine.

    >>> url(5432, "hal9", "a/b", "hal9")
    'postgresql://hal9:a%2Fb@127.0.0.1:5432/hal9'
    """
    return f"postgresql://{role}:{quote(password, safe='')}@{ADDRESS}:{port}/{database}"


def make_cluster(folders: Folders, home: Home, admin_password: str) -> None:
    """Make PostgreSQL's files if there are none; PlatformError with the log when it fails."""
    version = folders.cluster / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != MAJOR:
            raise PlatformError(
                f"{folders.cluster} was written by PostgreSQL {found}, this is {MAJOR}. Dump it "
                f"with version {found} and restore it here, or name another place: --data DIR"
            )
        return
    # Made aside and renamed: a start that is killed leaves no half cluster.
    new = folders.cluster.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _initdb(new, folders, home, admin_password)
    if folders.cluster.exists():
        folders.cluster.rmdir()
    new.rename(folders.cluster)


def _initdb(new: Path, folders: Folders, home: Home, admin_password: str) -> None:
    log = open_log(folders.logs, "initdb")
    account = home.account
    with password_file(home, folders.run, admin_password) as secret, log.open("ab") as file:
        command = [str(home.programs / "bin" / "initdb"), "-D", home.reach(new)]
        command += ["-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8"]
        # The same order of text on every machine, whatever locales it has.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(
            [*command, "--no-instructions"],
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            pass_fds=home.descriptors,
        )
    if done.returncode:
        raise PlatformError(f"PostgreSQL could not make its files:\n{last_lines(log)}")


def program(folders: Folders, home: Home, port: int, admin_url: str) -> Program:
    """The server as a program of the platform."""
    cluster = home.reach(folders.cluster)
    _write_access(folders.cluster / "pg_hba.conf", home)
    options = {
        "listen_addresses": ADDRESS,
        "port": str(port),
        # No socket file: nothing in /tmp, no login that is not by password, no path too long.
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
    }
    server = [str(home.programs / "bin" / "postgres"), "-D", cluster]
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name=NAME,
        command=(*server, *flags),
        environment=_environment(),
        ready=lambda: answers(admin_url),
        folder=Path("/"),
        # "Fast": open sessions are ended, everything is written; the server waits for nobody.
        stop_signal=signal.SIGINT,
        stop_wait_s=8.0,
        account=home.account,
        keep_descriptors=home.descriptors,
        before=lambda: clear_stale(folders.cluster),
    )


def _environment() -> dict[str, str]:
    """PostgreSQL needs no variable of ours; messages in English, so that they can be searched."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _write_access(file: Path, home: Home) -> None:
    file.write_text(_ACCESS)
    file.chmod(0o600)
    home.hand_over(file)


def answers(address: str) -> bool:
    """Whether the database answers a query now."""
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise PlatformError(
                "PostgreSQL refuses the password in secrets/postgres-admin: it belongs to another "
                "cluster. Put the secret back, or name another place: --data DIR"
            ) from None
        return False
    return True


def clear_stale(cluster: Path) -> None:
    """Before a start: end a server left on these files, remove the note of one long gone.

    The data folder's lock is ours, so no other HAL9 uses them. PostgreSQL itself would refuse to
    start if the process number it once noted belongs to any process now.
    """
    note = cluster / "postmaster.pid"
    try:
        pid = int(note.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if not _is_server_of(pid, cluster):
        note.unlink(missing_ok=True)
        return
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        left = psutil.Process(pid)
        left.send_signal(signal.SIGINT)
        left.wait(8.0)


def _is_server_of(pid: int, cluster: Path) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and Path(process.cwd()).samefile(cluster)
    except (psutil.Error, OSError):
        return False
