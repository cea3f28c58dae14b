"""PostgreSQL as HAL9 brings it: passwords only, this machine only, two roles kept apart."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from hal9lib.errors import PlatformError
from hal9lib.local import databases, postgres, postgres_account
from hal9lib.local.folders import Folders, prepare_folders
from hal9lib.local.ports import ADDRESS, internal_ports
from hal9lib.local.secrets import Secrets, prepare_secrets
from hal9lib.local.supervisor import Supervisor


class Server:
    """One cluster and its server under a supervisor, as `up` runs them."""

    def __init__(self, data: Path) -> None:
        self.folders: Folders = prepare_folders(data)
        self.secrets: Secrets = prepare_secrets(self.folders.secrets, [])
        self.port = internal_ports(self.folders.run / "ports.json", 8000)["postgres"]
        self.note = self.folders.run / "postgres-copy"
        self.home = postgres_account.open_home(self.note, self.folders.cluster)
        self.admin = postgres.url(
            self.port, postgres.ADMIN, self.secrets["postgres-admin"], postgres.ADMIN
        )
        self.supervisor = Supervisor(self.folders.logs, lambda _: None)

    def start(self) -> databases.Addresses:
        postgres.make_cluster(self.folders, self.home, self.secrets["postgres-admin"])
        program = postgres.program(self.folders, self.home, self.port, self.admin)
        self.supervisor.launch(program)
        self.supervisor.wait_ready(postgres.NAME)
        return databases.provide_own(self.port, self.admin, self.secrets)

    def close(self) -> None:
        self.supervisor.stop()
        self.home.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("postgres") / "data")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def addresses(server: Server) -> databases.Addresses:
    return server.start()


@pytest.mark.parametrize("role", ["postgres", "hal9", "hal9_hub", "nobody"])
@pytest.mark.parametrize("password", ["", "postgres", "hal9"])
def test_no_role_logs_in_without_its_password(
    server: Server, addresses: databases.Addresses, role: str, password: str
) -> None:
    database = "postgres" if role == "nobody" else role
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host=ADDRESS, port=server.port, user=role, password=password, dbname=database
        )


@pytest.mark.parametrize(
    ("role", "database"),
    [
        ("hal9", "hal9_hub"),
        ("hal9", "postgres"),
        ("hal9", "template1"),
        ("hal9_hub", "hal9"),
        ("hal9_hub", "postgres"),
    ],
)
def test_a_role_enters_its_own_database_only(
    server: Server, addresses: databases.Addresses, role: str, database: str
) -> None:
    password = server.secrets["postgres-store" if role == "hal9" else "postgres-hub"]
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba.conf entry"):
        psycopg.connect(postgres.url(server.port, role, password, database))


@pytest.mark.parametrize("which", ["store", "hub"])
def test_a_role_may_nothing_but_use_its_database(
    addresses: databases.Addresses, which: str
) -> None:
    with psycopg.connect(getattr(addresses, which), autocommit=True) as connection:
        columns = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        query = f"SELECT {columns} FROM pg_roles WHERE rolname = current_user"  # noqa: S608
        assert connection.execute(query).fetchone() == (False,) * 5
        connection.execute("CREATE TABLE mine (x int)")
        for statement in (
            "CREATE ROLE other",
            "CREATE DATABASE other",
            "COPY mine FROM PROGRAM 'id'",
            "COPY mine FROM '/etc/passwd'",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_it_listens_on_this_machine_alone_and_leaves_no_socket(
    server: Server, addresses: databases.Addresses
) -> None:
    process = psutil.Process(server.supervisor.pids()[postgres.NAME])
    listening = [c for c in process.net_connections("all") if c.status == psutil.CONN_LISTEN]
    assert [tuple(c.laddr) for c in listening] == [(ADDRESS, server.port)]
    assert not [c for c in process.net_connections("unix") if ".s.PGSQL" in str(c.laddr)]


def test_no_password_is_in_a_command_line_or_a_log(
    server: Server, addresses: databases.Addresses
) -> None:
    process = psutil.Process(server.supervisor.pids()[postgres.NAME])
    shown = " ".join([*process.cmdline(), *process.environ().values()])
    shown += "".join(file.read_text() for file in server.folders.logs.iterdir())
    kept = [file.read_text().strip() for file in server.folders.secrets.iterdir()]
    assert kept
    assert not [secret for secret in kept if secret in shown]


def test_roles_take_a_new_password_at_the_next_start(
    server: Server, addresses: databases.Addresses
) -> None:
    file = server.folders.secrets / "postgres-store"
    old = file.read_text()
    try:
        file.write_text("another\n")
        again = databases.provide_own(server.port, server.admin, server.secrets)
        psycopg.connect(again.store).close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(addresses.store)
    finally:
        file.write_text(old)
        databases.provide_own(server.port, server.admin, server.secrets)


def test_a_lost_admin_password_is_named(server: Server, addresses: databases.Addresses) -> None:
    wrong = postgres.url(server.port, postgres.ADMIN, "wrong", postgres.ADMIN)
    with pytest.raises(PlatformError, match=r"refuses the password in secrets/postgres-admin"):
        postgres.answers(wrong)


def test_a_note_with_somebody_elses_process_number_is_no_obstacle(tmp_path: Path) -> None:
    # After a reboot the number that PostgreSQL noted may be any process's: here, this test's.
    server = Server(tmp_path / "data")
    try:
        postgres.make_cluster(server.folders, server.home, server.secrets["postgres-admin"])
        note = server.folders.cluster / "postmaster.pid"
        note.write_text(f"{os.getpid()}\n{server.folders.cluster}\n0\n{server.port}\n\n\n")
        server.home.hand_over(note)
        server.start()
        assert psutil.Process().is_running()
    finally:
        server.close()


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    try:
        half = server.folders.data / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        postgres.make_cluster(server.folders, server.home, server.secrets["postgres-admin"])
        assert (server.folders.cluster / "global" / "pg_control").exists()
        assert not half.exists()
    finally:
        server.close()


def test_folders_on_the_way_keep_their_modes(tmp_path: Path) -> None:
    # As under root's home, which only root may enter.
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = [p.stat().st_mode for p in (closed, *closed.parents)]
    server = Server(closed / "data")
    try:
        server.start()
        assert [p.stat().st_mode for p in (closed, *closed.parents)] == before
        assert stat.S_IMODE(server.folders.cluster.stat().st_mode) == 0o700
    finally:
        server.close()
    assert not server.note.exists()


def test_root_runs_it_as_nobody_from_a_copy_that_goes_and_others_as_themselves(
    tmp_path: Path,
) -> None:
    root = os.geteuid() == 0
    server = Server(tmp_path / "data")
    try:
        server.start()
        process = psutil.Process(server.supervisor.pids()[postgres.NAME])
        assert (process.uids().real == os.geteuid()) is not root
        assert (process.username() == "nobody") is root
        wheel = postgres_account.wheel_programs()
        copy = Path(server.note.read_text().strip()) if root else wheel
        assert Path(process.exe()).is_relative_to(copy)
        assert not root or {path.stat().st_uid for path in copy.rglob("*")} == {0}
    finally:
        server.close()
    assert copy.exists() is not root


def test_a_copy_left_by_a_killed_start_is_removed_but_nothing_else(tmp_path: Path) -> None:
    note, precious = tmp_path / "note", tmp_path / "precious"
    precious.mkdir()
    for named in (precious, Path("/"), tmp_path / f"{postgres_account.PREFIX}elsewhere"):
        named.mkdir(exist_ok=True)
        note.write_text(f"{named}\n")
        postgres_account.remove_copy(note)
        assert named.exists()
        assert not note.exists()
