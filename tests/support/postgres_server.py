"""A real PostgreSQL from the wheel for the tests, on a port of its own, stopped at their end."""

import contextlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from hal9lib.local import postgres
from hal9lib.local.folders import prepare_folders
from hal9lib.local.lifeline import die_with_parent
from hal9lib.local.postgres_account import open_home
from hal9lib.local.process import Program
from hal9lib.stores.migrations import migrate
from support.ports import free_port


class PostgresServer:
    """One server that can be stopped and started again, with a role that owns its databases."""

    def __init__(self, folder: Path) -> None:
        self.folders = prepare_folders(folder)
        self.home = open_home(self.folders.run / "programs", self.folders.cluster)
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self.process: subprocess.Popen[bytes] | None = None
        postgres.make_cluster(self.folders, self.home, self.password)
        self._program = self._describe()
        self.start()
        with self._admin() as connection:
            role = sql.SQL("CREATE ROLE hal9 LOGIN PASSWORD {}")
            connection.execute(role.format(sql.Literal(self.password)))
        migrate(self.database("template_hal9"))

    @property
    def admin_url(self) -> str:
        """The superuser's address."""
        return postgres.url(self.port, "postgres", self.password, "postgres")

    def url(self, name: str) -> str:
        """The store's role at one database."""
        return postgres.url(self.port, "hal9", self.password, name)

    def database(self, name: str, template: str = "template0") -> str:
        """Make a database of the store's role; returns its address."""
        with self._admin() as connection:
            statement = sql.SQL("CREATE DATABASE {} OWNER hal9 TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, with those who are still connected to it."""
        with self._admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = self._program
        if program.before:
            program.before()
        account = program.account
        with (self.folders.logs / "postgresql.log").open("ab") as log:
            self.process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                pass_fds=program.keep_descriptors,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        give_up = time.monotonic() + 60
        while not program.ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError((self.folders.logs / "postgresql.log").read_text()[-3000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it and wait until it is gone; sessions are ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        self.home.close()

    def _describe(self) -> Program:
        program = postgres.program(self.folders, self.home, self.port, self.admin_url)
        access = self.folders.cluster / "pg_hba.conf"
        access.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        self.home.hand_over(access)
        return program

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.admin_url, autocommit=True)


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own, both gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hal9-tests-"))
    server = None
    try:
        server = PostgresServer(folder)
        yield server
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)
