"""Ports: remembered, distinct, free; a taken one is named with the way out."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hal9lib.errors import PlatformError
from hal9lib.local.ports import NAMES, internal_ports, is_free, require_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_named_with_a_free_one(taken: int) -> None:
    with pytest.raises(PlatformError, match=rf"port {taken} on 127.0.0.1 is taken") as caught:
        require_free(taken)
    offered = int(str(caught.value).rsplit(" ", 1)[1])
    assert offered != taken
    assert is_free(offered)


def test_a_free_port_passes() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free(port)


def test_every_program_has_a_port_of_its_own_below_the_systems_range(tmp_path: Path) -> None:
    ports = internal_ports(tmp_path / "ports.json", public=20_000)
    assert sorted(ports) == sorted(NAMES)
    assert len({*ports.values(), 20_000}) == len(NAMES) + 1
    assert all(15_000 <= port <= 31_999 for port in ports.values())


def test_ports_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    assert internal_ports(file, 8000) == internal_ports(file, 8000)


def test_a_remembered_port_that_is_taken_now_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = internal_ports(file, 8000)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", first["hub"]))
        holder.listen()
        second = internal_ports(file, 8000)
    assert second["hub"] != first["hub"]
    assert {**second, "hub": 0} == {**first, "hub": 0}


@pytest.mark.parametrize("content", ["", "[]", '{"hub": "x", "api": 70000}', "{"])
def test_a_damaged_file_is_no_obstacle(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(content)
    ports = internal_ports(file, 8000)
    assert sorted(ports) == sorted(NAMES)
    assert json.loads(file.read_text()) == ports
