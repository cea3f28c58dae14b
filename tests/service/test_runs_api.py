"""Saving, finding and reading runs over HTTP; a record that lies is not kept."""

import json
import math
import socket

import pytest

from hal9lib.stores.recordings import spikes_from_parquet, spikes_to_parquet
from support.hub_standin import ACCESS, READ, WRITE
from support.runs import a_run

PARQUET = "application/vnd.apache.parquet"


def upload(client, run, change=None, spikes: bytes | None = None, text: str | None = None):
    record = run.record() | {"tags": [], "notes": ""} | (change or {})
    data = spikes_to_parquet(run.spike_steps, run.spike_neurons) if spikes is None else spikes
    return client.post(
        "/runs",
        data={"record": text or json.dumps(record)},
        files={"spikes": ("spikes.parquet", data, PARQUET)},
    )


def test_a_run_is_saved_found_read_and_deleted(writer):
    run = a_run(seed=4)
    saved = upload(writer, run, {"tags": ["x"], "notes": "hello"})
    assert (saved.status_code, saved.json()) == (201, {"key": run.key})
    assert upload(writer, run).status_code == 200
    (line,) = writer.get("/runs", params={"tag": "x", "model": "tiny"}).json()["runs"]
    assert (line["key"], line["spikes"]) == (run.key, 500)
    record = writer.get(f"/runs/{run.key}").json()
    assert record["description"] == run.network.description()
    assert record["notes"] == "hello"
    recording = writer.get(f"/runs/{run.key[:10]}/spikes")
    assert recording.headers["content-type"] == PARQUET
    assert recording.headers["content-disposition"] == f'attachment; filename="{run.key}.parquet"'
    steps, neurons = spikes_from_parquet(recording.content)
    assert steps.tobytes() == run.spike_steps.tobytes()
    assert neurons.tobytes() == run.spike_neurons.tobytes()
    assert writer.delete(f"/runs/{run.key}").status_code == 204
    assert writer.get(f"/runs/{run.key}").status_code == 404
    assert writer.get("/runs").json()["runs"] == []


def test_the_owner_is_who_asks_whatever_the_body_says(caller, name):
    ada, bob = (caller(ACCESS, WRITE, user=f"{name}-{who}") for who in ("ada", "bob"))
    run = a_run(model=name)
    refused = upload(ada, run, {"owner": f"{name}-bob"})
    assert refused.status_code == 422
    assert "owner = " in refused.json()["error"]
    assert upload(ada, run).status_code == 201
    assert ada.get(f"/runs/{run.key}").json()["owner"] == f"{name}-ada"
    for answer in (
        bob.get(f"/runs/{run.key}"),
        bob.get(f"/runs/{run.key[:8]}"),
        bob.get(f"/runs/{run.key}/spikes"),
        bob.delete(f"/runs/{run.key}"),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"].startswith("no run has the key ")
    assert bob.get("/runs", params={"owner": f"{name}-ada"}).json()["runs"] == []
    assert ada.get(f"/runs/{run.key}").status_code == 200


LIES = [
    ({"key": "0" * 32}, "key = '00000000000000000000000000000000' does not follow from the"),
    ({"key": "../../etc"}, "key = '../../etc' is not allowed: string should match pattern"),
    ({"spike_hash": "0" * 32}, "spike_hash = '00000000000000000000000000000000' does not follow"),
    ({"model": "other"}, "model = 'other' does not follow from the description and the spikes"),
    ({"seed": 5}, "seed = 5 does not follow from the description and the spikes, which give 1"),
    ({"seed": -1}, "seed = -1 is not allowed: input should be greater than or equal to 0."),
    ({"seed": "1"}, "seed = '1' is not allowed: input should be a valid integer."),
    ({"neurons": 124}, "neurons = 124 does not follow from the description and the spikes"),
    ({"synapses": 1}, "synapses = 1 does not follow from the description and the spikes"),
    ({"spikes": 499}, "spikes = 499 does not follow from the description and the spikes"),
    ({"rate_hz": 81.0}, "rate_hz = 81.0 does not follow from the description and the spikes"),
    ({"rates_hz": {"E": 80.0}}, "rates_hz = {'E': 80.0} does not follow from the description"),
    ({"duration_ms": 60.0}, "does not follow from the description and the spikes"),
    ({"dt_ms": 0.0}, "dt_ms = 0.0 is not allowed: input should be greater than 0."),
    ({"dt_ms": 2.0}, "delay_ms = 1.5 is not allowed; use at least the time step dt_ms = 2."),
    (
        {"precision": "float16"},
        "precision = 'float16' is not allowed: input should be 'float32' or",
    ),
    ({"wall_s": -1.0}, "wall_s = -1.0 is not allowed: input should be greater than or equal to 0."),
    ({"threads": 0}, "threads = 0 is not allowed: input should be greater than or equal to 1."),
    ({"created": "soon"}, "created = 'soon' is not allowed; use an ISO 8601 time."),
    ({"created": "2999-01-01"}, "created = '2999-01-01' is not allowed; it lies in the future."),
    ({"versions": {"x": "y" * 201}}, "versions.x = 'yyyy"),
    ({"host": {str(i): "" for i in range(51)}}, "host = {"),
    ({"tags": ["a\u0000b"]}, "tag = 'a\\x00b' is not allowed; use 1 to 64 printable characters."),
    ({"tags": [str(i) for i in range(33)]}, "tags = ['0', '1',"),
    ({"notes": "n" * 10_001}, "is not allowed: string should have at most 10000 characters."),
    ({"visibility": "public"}, "visibility = 'public' is not allowed: extra inputs are not"),
    ({"description": {}}, "description.populations is not allowed; use a list of at most 200."),
    ({"description": 5}, "description = 5 is not allowed: input should be a valid dictionary."),
]


@pytest.mark.parametrize(("change", "said"), LIES, ids=[str(change)[:30] for change, _ in LIES])
def test_a_record_that_lies_is_refused_and_not_kept(writer, change, said):
    answer = upload(writer, a_run(), change)
    assert answer.status_code == 422, answer.text
    assert said in answer.json()["error"]
    assert writer.get("/runs").json()["runs"] == []


def described(change) -> dict:
    description = json.loads(json.dumps(a_run().network.description()))
    change(description)
    return {"description": description}


def test_a_description_that_is_none_of_a_network_is_refused(writer):
    for change, said in (
        (lambda d: d.update(format=2), "format = 2 is not allowed; this version reads 1."),
        (lambda d: d.update(populations=[]), "is not one of a network"),
        (lambda d: d.pop("seed"), "description is not one of a network: 'seed'."),
        (lambda d: d.update(populations=[{}] * 201), "use a list of at most 200."),
        (
            lambda d: d.update(projections=None),
            "description.projections is not allowed; use a list",
        ),
        (lambda d: d["populations"][0].update(size=10**12), "size = 1000000000000 is not allowed"),
        (
            lambda d: d["populations"][0]["neuron"].update(name="os"),
            "no neuron model is called 'os'",
        ),
        (
            lambda d: d["populations"][0]["neuron"].update(name="_model"),
            "no neuron model is called",
        ),
        (lambda d: d["projections"][0].update(source="X"), "description is not one of a network"),
        (lambda d: d.update(extra=1), "description is not in its canonical form"),
    ):
        answer = upload(writer, a_run(), described(change))
        assert answer.status_code == 422, answer.text
        assert said in answer.json()["error"], answer.text
    assert writer.get("/runs").json()["runs"] == []


def test_spikes_that_could_not_have_been_are_refused(writer):
    from dataclasses import replace

    run = a_run(spikes=5)
    for steps, neurons, said in (
        ([0, 1, 2, 3, 500], [0] * 5, "a spike's step is not allowed; use 0 to 499."),
        ([-1, 1, 2, 3, 4], [0] * 5, "a spike's step is not allowed; use 0 to 499."),
        ([0, 1, 2, 3, 4], [0, 0, 0, 0, 125], "a spike's neuron is not allowed; use 0 to 124."),
        ([0, 1, 2, 3, 4], [0, 0, 0, 0, -1], "a spike's neuron is not allowed; use 0 to 124."),
        ([1, 0, 2, 3, 4], [0] * 5, "spikes are not in order; sort them by step, then by neuron."),
        ([1, 1, 2, 3, 4], [5, 4, 0, 0, 0], "spikes are not in order; sort them by step"),
        ([1, 1, 2, 3, 4], [5, 5, 0, 0, 0], "spikes are not in order; sort them by step"),
    ):
        import numpy as np

        other = replace(
            run,
            spike_steps=np.array(steps, np.int32),
            spike_neurons=np.array(neurons, np.int32),
        )
        answer = upload(writer, other)
        assert answer.status_code == 422
        assert said in answer.json()["error"], answer.text
    assert writer.get("/runs").json()["runs"] == []


def test_what_is_no_recording_is_refused(writer):
    run = a_run()
    other = a_run(seed=2)
    for data, said in (
        (b"", "spikes are not allowed: a recording is not a Parquet file that can be read."),
        (b"PAR1" * 50, "spikes are not allowed: a recording is not a Parquet file"),
        (spikes_to_parquet(other.spike_steps, other.spike_neurons), "does not follow from the"),
    ):
        answer = upload(writer, run, spikes=data)
        assert answer.status_code == 422
        assert said in answer.json()["error"], answer.text


def test_json_that_is_none_is_refused(writer):
    run = a_run()
    text = json.dumps(run.record() | {"tags": [], "notes": ""})
    for bad, said in (
        (text.replace(f'"wall_s": {run.wall_s}', '"wall_s": NaN'), "NaN is not allowed in JSON"),
        (
            text.replace(f'"wall_s": {run.wall_s}', '"wall_s": 1e999'),
            "1e999 is not allowed in JSON",
        ),
        (text[:-1], "the text is no JSON:"),
        ("[" * 5000, "the text is no JSON:"),
        ("[]", "the body = [] is not allowed: input should be a valid dictionary"),
        ('{"key": ' + "9" * 5000 + "}", "the text is no JSON:"),
    ):
        assert bad != text
        answer = upload(writer, run, text=bad)
        assert answer.status_code == 422, answer.text
        assert said in answer.json()["error"], answer.text


def test_a_body_without_its_parts_names_what_is_missing(writer):
    answer = writer.post("/runs")
    assert answer.status_code == 422
    assert answer.json()["error"] == "record is missing. spikes is missing."
    assert writer.post("/runs", content=b"\0" * 1000).status_code == 422


def test_a_body_that_is_too_large_is_refused_before_it_is_read(api, hub, name):
    # Announced: refused from the header alone, though not a byte of it follows.
    head = (
        "POST /services/api/runs HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: token {hub.token(name)}\r\nContent-Length: 100000000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_grows_too_large_is_refused_on_the_way(writer):
    def stream():
        yield b'--b\r\nContent-Disposition: form-data; name="spikes"; filename="x"\r\n\r\n'
        for _ in range(66):
            yield b"\0" * 2**20

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = writer.post("/runs", content=stream(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["error"] == "the body is too large; use at most 67,108,864 bytes."


def test_nothing_is_read_from_somebody_not_logged_in(api):
    # The answer comes though the announced body does not.
    head = "POST /services/api/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_half_an_upload_leaves_nothing(api, hub, name):
    token = hub.token(name)
    run = a_run(model=name)
    with api.client(token) as client:
        request = client.build_request(
            "POST",
            "/runs",
            data={"record": json.dumps(run.record() | {"tags": [], "notes": ""})},
            files={"spikes": ("s", spikes_to_parquet(run.spike_steps, run.spike_neurons), PARQUET)},
        )
        body = request.read()
        lines = [f"POST /services/api/runs HTTP/1.1\r\nHost: x\r\nAuthorization: token {token}"]
        lines += [f"Content-Type: {request.headers['content-type']}"]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
        with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
            connection.sendall(head + body[: len(body) // 2])
        assert client.get("/runs").json()["runs"] == []
        assert list((api.data / "recordings").glob(f"*{run.key}*")) == []
        assert upload(client, run).status_code == 201


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit = '0' is not allowed: input should be greater than or equal to 1."),
        (
            "limit=1001",
            "limit = '1001' is not allowed: input should be less than or equal to 1000.",
        ),
        ("limit=ten", "limit = 'ten' is not allowed: input should be a valid integer"),
        ("offset=-1", "offset = '-1' is not allowed: input should be greater than or equal to 0."),
        ("since=soon", "since = 'soon' is not allowed; use a date or time such as '2026-01-31'."),
        ("model=", "model = '' is not allowed; use 1 to 255 printable characters."),
        ("tag=%00", "tag = '\\x00' is not allowed; use 1 to 255 printable characters."),
        ("owner=" + "x" * 256, "is not allowed; use 1 to 255 printable characters."),
    ],
)
def test_a_question_that_cannot_be_meant_is_told(reader, query, said):
    answer = reader.get(f"/runs?{query}")
    assert answer.status_code == 422
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "'; DROP TABLE runs; --", "%", "\\", "$1", "%(me)s"]
)
def test_what_looks_like_sql_finds_nothing_and_breaks_nothing(writer, text):
    upload(writer, a_run())
    for name in ("model", "tag", "owner"):
        answer = writer.get("/runs", params={name: text})
        assert (answer.status_code, answer.json()["runs"]) == (200, [])
    assert writer.get("/runs", params={"since": text}).status_code == 422
    answer = writer.get(f"/runs/{text}/spikes")
    assert answer.status_code in (404, 422)
    assert "SELECT" not in answer.text
    assert len(writer.get("/runs").json()["runs"]) == 1


def test_numbers_come_back_as_they_were_given(writer):
    run = a_run(seed=2**64 - 1)
    upload(writer, run, {"wall_s": 0.1 + 0.2, "build_s": math.pi * 1e-9})
    record = writer.get(f"/runs/{run.key}").json()
    assert (record["wall_s"], record["build_s"]) == (0.1 + 0.2, math.pi * 1e-9)
    assert record["seed"] == 2**64 - 1
    assert READ not in json.dumps(record)
