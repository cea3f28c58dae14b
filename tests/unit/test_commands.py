"""The commands as they are typed: what they print, what they refuse, what they leave."""

import json

import pytest

from hal9lib.cli import main


@pytest.fixture
def hal9(tmp_path, monkeypatch, capsys):
    """Runs a command with a data folder of its own; returns (status, stdout, stderr)."""
    monkeypatch.setenv("HAL9_DATA", str(tmp_path))
    monkeypatch.delenv("HAL9_STORE_URL", raising=False)

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


def test_run_prints_one_object_and_keeps_the_run(hal9):
    status, out, _ = hal9("run", "brunel", "--neurons", 500, "--duration", 300, "--json")
    found = json.loads(out)
    assert status == 0
    assert {"model", "neurons", "rate_hz", "spike_hash", "key", "wall_s"} <= found.keys()
    assert found["rate_hz"] > 1.0
    status, shown, _ = hal9("show", found["key"][:10], "--json")
    assert json.loads(shown)["spike_hash"] == found["spike_hash"]
    status, again, _ = hal9("run", "brunel", "--neurons", "5e2", "--duration", 300, "--json",
                            "--threads", 2)  # fmt: skip
    assert json.loads(again)["spike_hash"] == found["spike_hash"]
    assert json.loads(again)["key"] == found["key"]
    status, table, _ = hal9("runs", "--model", "brunel")
    assert table.count(found["key"][:12]) == 1, "the same question is kept once"
    status, replayed, _ = hal9("replay", found["key"])
    assert status == 0
    assert found["spike_hash"] in replayed


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("brunel", "--neurons", 0), "neurons = 0 is not allowed; use a whole number from 5 to"),
        (
            (
                "brunel",
                "--neurons=-1",
            ),
            "neurons = -1 is not allowed",
        ),
        (("brunel", "--neurons", "1e12"), "neurons = 1000000000000 is not allowed"),
        (("brunel", "--neurons", "many"), "neurons = 'many' is not allowed; use a number."),
        (("brunel", "--set", "g=nan"), "g = nan is not allowed; use a finite number from 0 to"),
        (("brunel", "--set", "g"), "--set = 'g' is not allowed; use NAME=VALUE, such as g=4.5."),
        (("brunel", "--set", "speed=9"), "speed is not a parameter of brunel; it has neurons,"),
        (("brunell",), "no published network is called 'brunell'. Did you mean 'brunel'?"),
        (("brunel", "--neurons", 50, "--duration", 0), "duration_ms = 0.0 is not allowed"),
        (("brunel", "--neurons", 50, "--duration", 0.05), "use a whole multiple of dt_ms = 0.1."),
        (("brunel", "--neurons", 50, "--threads", 0), "threads = 0 is not allowed"),
        (("brunel", "--neurons", 50, "--precision", "half"), "use float32 or float64."),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_leaves_no_run(hal9, arguments, text):
    status, out, error = hal9("run", *arguments)
    assert status == 2
    assert text in error
    assert error.count("\n") == 1, "one sentence, no trace"
    assert out == ""
    _, runs, _ = hal9("runs", "--json")
    assert json.loads(runs) == []


def test_a_key_that_is_not_there(hal9):
    status, _, error = hal9("show", "0123456789")
    assert status == 2
    assert "0123456789" in error
    status, _, error = hal9("show", "xyz")
    assert "key = 'xyz' is not allowed; use 8 to 32 hexadecimal digits" in error


def test_bench_prints_every_field(hal9):
    status, out, _ = hal9("bench", "brunel", "--neurons", 500, "--seconds", 0.05, "--json")
    found = json.loads(out)
    assert status == 0
    assert found["synapses"] == 500 * 50
    assert found["share_of_limit"] > 0.0
    assert found["synaptic_events_per_s"] > 0
    fields = "model neurons synapses threads build_s first_spike_s wall_per_model_s rate_hz "
    fields += "synaptic_events_per_s limit_events_per_s peak_rss_mb spike_hash versions"
    assert set(fields.split()) <= found.keys()


def test_calibrate_prints_one_object_a_measure_and_keeps_it_with_a_page(hal9, tmp_path):
    few = ("--noise", 20, "--power", 10, "--values", 200)
    status, out, _ = hal9("calibrate", "mean_over_seeds", *few, "--json", "--save", tmp_path / "c")
    found = json.loads(out)
    assert found["measure"] == "mean_over_seeds"
    assert found["noise_repeats"] == 20
    assert found["power"] > 0.5
    assert status == (1 if found["missed"] else 0)
    assert json.loads((tmp_path / "c" / "mean_over_seeds.json").read_text()) == found
    page = (tmp_path / "c" / "README.md").read_text()
    assert "| [mean_over_seeds](mean_over_seeds.json) |" in page
    status, words, _ = hal9("calibrate", "mean_over_seeds", *few)
    assert words.startswith("mean_over_seeds\n  noise    ")
    assert "alarms of 20" in words


def test_calibrate_fails_when_something_is_missed(hal9, monkeypatch):
    from hal9lib.calibration import _verdict

    monkeypatch.setattr(_verdict, "COVERAGE", (0.9999, 1.0))
    few = ("--noise", 20, "--power", 10, "--values", 50)
    status, words, _ = hal9("calibrate", "mean_over_seeds", *few)
    assert status == 1
    assert "MISSED   coverage" in words


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("mean_over_sheds",), "no calibration is called 'mean_over_sheds'. Did you mean 'mean_o"),
        ((), "name one or more measures, or --all for all "),
        (("isi_cv", "--noise", 3), "--noise = 3 is not allowed; use a whole number from 10 to"),
        (("isi_cv", "--seed", "x"), "--seed = 'x' is not allowed; use a number"),
    ],
)
def test_calibrate_refuses_in_one_sentence(hal9, arguments, text):
    status, out, error = hal9("calibrate", *arguments)
    assert (status, out) == (2, "")
    assert text in error
