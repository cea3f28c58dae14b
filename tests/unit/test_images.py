"""The Dockerfile beyond hadolint: who runs inside, what is asked of it, what is installed in it."""

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hub_config.images import alive, share

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("hub", "app", "singleuser")


def stages():
    """Stage -> its instructions, from `FROM x AS name` to the next."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found, name = {}, ""
    for line in lines:
        if line.startswith("FROM"):
            name = line.split()[-1]
        found.setdefault(name, []).append(line)
    return found


def test_every_target_runs_as_its_own_account_and_says_whether_it_lives():
    assert set(TARGETS) <= set(stages())
    for name in TARGETS:
        instructions = stages()[name]
        assert "USER 1000:1000" in instructions, f"{name} would run as root"
        assert any(line.startswith("HEALTHCHECK") for line in instructions)
        assert any(line.startswith("CMD [") for line in instructions)


def test_the_base_is_one_whole_version_given_by_an_argument():
    (argument,) = stages()[""]
    assert re.fullmatch(r"ARG PYTHON=3\.\d+\.\d+-slim-\w+", argument)
    foreign = [stage[0] for name, stage in stages().items() if name and "python:" in stage[0]]
    assert foreign
    assert all("python:${PYTHON}" in line for line in foreign)


def test_no_secret_is_built_in():
    for instructions in stages().values():
        for line in instructions:
            assert not re.match(r"(ENV|ARG).*(TOKEN|SECRET|PASSWORD|KEY|_URL)", line), line


def test_what_the_images_copy_is_let_through():
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for instructions in stages().values():
        for line in instructions:
            if line.startswith("COPY") and "--from" not in line:
                for source in line.split()[1:-1]:
                    assert source.split("/")[0] in allowed, f"{source} is kept out"
                    assert (ROOT / source).exists()


@pytest.mark.package
@pytest.mark.parametrize("image", TARGETS)
def test_an_images_share_of_the_lock_is_part_of_the_lock(image, tmp_path):
    for name in ("pyproject.toml", share.LOCK):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    uv = str(Path(sys.executable).with_name("uv"))
    text = share.write_share(image, tmp_path, uv).read_text()
    pins, lock = pins_of(text), pins_of((ROOT / share.LOCK).read_text())
    assert len(pins) > 25
    assert len(pins) < len(lock)
    assert pins.items() <= lock.items()
    names = {pin.split("==")[0] for pin in pins}
    assert ("numba" in names) == (image != "hub")
    assert ("fastapi" in names) == (image == "app")
    assert ("jupyterlab" in names) == (image == "singleuser")


def pins_of(text):
    """name==version -> the hashes it may have."""
    found = {}
    for entry in re.split(r"\n(?=[a-z0-9])", text):
        pin = re.match(r"[\w.-]+==[\w.+!-]+", entry)
        if pin:
            found[pin.group()] = frozenset(re.findall(r"sha256:[0-9a-f]{64}", entry))
    assert all(found.values()), "each pin has a hash"
    return found


def test_an_image_without_its_variable_says_so():
    with pytest.raises(SystemExit, match="none of HAL9_API_PORT is set, so there is no server"):
        alive.address("HAL9_API_PORT", "/", {})


@pytest.mark.parametrize(
    ("status", "living"), [(200, True), (302, True), (401, True), (403, True), (503, False)]
)
def test_a_server_lives_when_it_answers_even_a_refusal(status, living):
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/nowhere")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        script = ROOT / "hub_config" / "images" / "alive.py"
        environ = {"PORT": str(server.server_port), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, str(script), "PORT", "/hub/health"], env=environ, check=False
        )
        server.shutdown()
    assert (done.returncode == 0) == living
