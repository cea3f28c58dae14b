"""`./hal9 up`: start the platform, say where it is and how to log in, look after it, stop it."""

import contextlib
import os
import sys
import time
from pathlib import Path

from hal9lib.errors import Hal9Error
from hal9lib.local import databases, postgres, programs
from hal9lib.local.browser_host import claim_browser_host
from hal9lib.local.console import Step, say
from hal9lib.local.folders import Folders, data_trouble, prepare_folders
from hal9lib.local.guard import accept_signals, run_guarded
from hal9lib.local.instance import alone, forget_state, write_state
from hal9lib.local.leftovers import end_descendants
from hal9lib.local.lifeline import adopt_orphans
from hal9lib.local.ports import ADDRESS, internal_ports, require_free
from hal9lib.local.postgres_account import open_home, remove_copy
from hal9lib.local.secrets import Secrets, prepare_secrets
from hal9lib.local.supervisor import StopRequestedError, Supervisor
from hal9lib.settings import read_settings

USERS = {"researcher": "may look, save and steer", "viewer": "may look"}


def main(port: int, data: Path) -> int:
    """Run the platform on 127.0.0.1:`port` with all its state in `data`, until it is stopped.

    Returns 0 after an orderly stop, 1 after a trouble that was said in one message.
    """
    # Files of ours are the owner's alone, whatever the shell's habit is.
    os.umask(0o077)
    try:
        folders = prepare_folders(data)
        with alone(folders):
            require_free(port)
            return run_guarded(lambda: Platform(port, folders).run(), lambda: _clear_notes(folders))
    except Hal9Error as error:
        say(f"hal9: {error}")
        return 1


def _clear_notes(folders: Folders) -> None:
    """After the last process: nothing is left that speaks of a running HAL9."""
    with contextlib.suppress(OSError):  # a full disk must not keep it from ending
        remove_copy(folders.run / "postgres-copy")
        forget_state(folders)


class Platform:
    """One platform from its first file to its last process."""

    def __init__(self, port: int, folders: Folders) -> None:
        self.port = port
        self.folders = folders
        self.supervisor = Supervisor(folders.logs, self._tell)
        self.begun = time.monotonic()
        self._closing = contextlib.ExitStack()
        self._known: dict[str, int] = {}

    def run(self) -> int:
        """Start, wait for a stop, stop. 0, or 1 when it did not come up."""
        adopt_orphans()
        accept_signals(self._ask_to_stop)
        outcome = 1
        try:
            self._start()
            self.supervisor.run_until_stop(self._note_changes)
            outcome = 0
        except StopRequestedError:
            outcome = 0
        except OSError as error:
            say(f"hal9: {data_trouble(error, self.folders.data)}")
        except Hal9Error as error:
            say(f"hal9: {error}")
        finally:
            self._stop()
        return outcome

    def _start(self) -> None:
        say(f"Starting HAL9 (data in {self.folders.data})")
        secrets = prepare_secrets(self.folders.secrets, list(USERS))
        ports = internal_ports(self.folders.run / "ports.json", self.port)
        store = self._start_postgres(secrets, ports["postgres"])
        self._migrate(store.store)
        plan = programs.Plan(self.port, ports, self.folders, secrets, store)
        started = programs.all_programs(plan)
        # All at once, then waited for in order: most of a start is waiting for imports.
        for program in started:
            self.supervisor.launch(program)
        for program in started:
            self._wait_ready(program.name)
        host, claim = claim_browser_host(self.port)
        if claim:
            self._closing.callback(claim.close)
        self.address = f"http://{host}:{self.port}/"
        self._note_changes()
        self._announce(secrets)

    def _start_postgres(self, secrets: Secrets, port: int) -> databases.Addresses:
        """Our own server, unless HAL9_STORE_URL names one."""
        named = read_settings().store_url
        if named:
            return databases.provide_in(named, read_settings().hub_database_url)
        home = open_home(self.folders.run / "postgres-copy", self.folders.cluster)
        self._closing.callback(home.close)
        postgres.make_cluster(self.folders, home, secrets["postgres-admin"])
        admin = postgres.url(port, postgres.ADMIN, secrets["postgres-admin"], postgres.ADMIN)
        self.supervisor.launch(postgres.program(self.folders, home, port, admin))
        self._wait_ready(postgres.NAME)
        return databases.provide_own(port, admin, secrets)

    def _migrate(self, store_url: str) -> None:
        from hal9lib.stores.migrations import migrate

        step = Step("tables")
        applied = migrate(store_url)
        step.end(f"{len(applied)} new" if applied else "ready")

    def _wait_ready(self, name: str) -> None:
        step = Step(name)
        try:
            self.supervisor.wait_ready(name, step.tick)
        except BaseException:
            step.end("failed" if not self.supervisor.stop_requested else "stopped")
            raise
        step.end()

    def _announce(self, secrets: Secrets) -> None:
        """The one address and how to log in; passwords only where a person is looking."""
        say(f"\nHAL9 is ready after {time.monotonic() - self.begun:.0f} s:   {self.address}\n")
        seen = sys.stderr.isatty()
        for user, may in USERS.items():
            file = secrets.password_file(user)
            say(f"  {user:<12}{may}")
            say(f"              password {secrets[file.name] if seen else f'in {file}'}")
        say(f"\nPasswords are kept in {self.folders.secrets}, logs in {self.folders.logs}.")
        say("Ctrl-C stops all of it.")

    def _note_changes(self) -> None:
        """Keep run/up.json true when a program has been restarted."""
        now = self.supervisor.pids()
        if now == self._known:
            return
        self._known = now
        state = {
            "address": self.address,
            "api": f"http://{ADDRESS}:{self.port}/services/api",
            "port": self.port,
            # The guard: who wants to stop the platform signals this one.
            "pid": os.getppid(),
            "supervisor": os.getpid(),
            "programs": now,
            "restarts": self.supervisor.restarts(),
        }
        write_state(self.folders, state)

    def _ask_to_stop(self) -> None:
        self.supervisor.stop_requested += 1
        if self.supervisor.stop_requested == 2:
            say("\nKilling what still runs.")

    def _stop(self) -> None:
        step = Step("stopping")
        self.supervisor.stop()
        # What the programs left behind is ours by adoption; this process runs nothing else.
        end_descendants(wait_s=1.0)
        self._closing.close()
        _clear_notes(self.folders)
        step.end("done: nothing of HAL9 runs any more")

    def _tell(self, sentence: str) -> None:
        stamp = time.strftime("%H:%M:%S")
        say(f"  {stamp}  {sentence}")
        with contextlib.suppress(OSError), (self.folders.logs / "supervisor.log").open("a") as log:
            log.write(f"{time.strftime('%Y-%m-%d')} {stamp} {sentence}\n")
