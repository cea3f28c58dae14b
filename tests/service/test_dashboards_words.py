"""What the pages say is what the API says: states, numbers, times; and users' texts are text."""

import numpy as np
import pytest

import hal9lib as hal9
from dashboards.data import ApiError
from dashboards.health_charts import sparkline, strip
from dashboards.health_metrics import numbers, read
from dashboards.health_words import banner, cards, overall
from dashboards.live_words import headline, pace_note, state_of, tiles
from dashboards.polling import News
from dashboards.runs_data import picture
from dashboards.runs_words import details, loading_line, newest_line, table, title
from dashboards.sources import LiveView

NOW = 1_800_000_000.0
NASTY = '<img src=x onerror="alert(1)">'


def live(
    status="running", wanted="running", generations=(3, 3), alive=True, age_s=0.2, pids=(7, 7)
) -> News:
    frame = {
        "number": 12,
        "generation": generations[0],
        "status": status,
        "wall_time": NOW - age_s,
        "pid": pids[0],
        "time_ms": 12_345.0,
        "speed": 0.5,
        "capability": 0.51,
        "neurons": 10_000,
        "synapses": 10_000_000,
        "model": NASTY,
        "seed": 9,
        "populations": [{"name": "E", "size": 8_000, "rate_hz": 37.81}],
    }
    desired = {"status": wanted, "generation": generations[1], "drive": 1.0, "inhibition": 1.0}
    worker = {"alive": alive, "heartbeat_age_s": 0.3 if alive else 75.0, "pid": pids[1]}
    return News(LiveView(desired, worker, frame))


@pytest.mark.parametrize(
    ("news", "word", "tone"),
    [
        (News(None), "Connecting", "busy"),
        (News(None, ApiError("The API does not answer."), NOW), "No connection", "bad"),
        (live(alive=False), "Worker gone", "bad"),
        (live(pids=(7, 8)), "Starting", "busy"),
        (live(generations=(2, 3)), "Starting anew", "busy"),
        (live(status="resting"), "Waking up", "busy"),
        (live(status="running", wanted="paused"), "Pausing", "busy"),
        (live(status="paused", wanted="paused"), "Paused", "idle"),
        (live(status="paused", wanted="running"), "Starting", "busy"),
        (live(age_s=9.0), "Late", "warn"),
        (live(), "Running", "good"),
    ],
)
def test_the_live_simulations_state_in_a_word(news, word, tone):
    state = state_of(news, 0.0, NOW)
    assert (state.word, state.tone) == (word, tone)
    assert state.sentence or word == "Running"


def test_a_problem_is_told_with_what_and_since_when_where_the_viewer_is():
    news = News(None, ApiError("The API does not answer."), 0.0 + 3_600)
    assert "The API does not answer. Since 03:00:00" in state_of(news, 120.0, NOW).sentence


def test_the_numbers_are_those_of_the_frame():
    text = str(tiles(live().value))
    for said in ("12.35", "0.50", "37.8", "× real time", "Rate of E", "as fast as one core can"):
        assert said in text
    shown = headline(live().value, state_of(live(), 0.0, NOW))
    assert "10,000 neurons" in shown
    assert "10,000,000 synapses" in shown


def test_the_pace_says_which_it_is():
    assert pace_note(1.0, 2.4) == "held to real time; could do 2.40"
    assert pace_note(0.2, 0.9) == "machine busy; alone it could do 0.900"
    assert pace_note(0.55, 0.56) == "as fast as one core can"
    assert pace_note(0.0, 0.0).strip() == ""


def sample(time_s=NOW, **states) -> dict:
    names = ("service", "postgres", "hub", "worker", "disk", "memory")
    parts = [
        {
            "name": name,
            "state": states.get(name, "ok"),
            "latency_ms": None if name in ("disk", "memory") else 4.2,
            "detail": f"detail of {name}",
        }
        for name in names
    ]
    order = ("ok", "degraded", "failed")
    worst = max((p["state"] for p in parts), key=order.index)
    return {"time": time_s, "state": worst, "components": parts}


@pytest.mark.parametrize(
    ("value", "word", "tone", "named"),
    [
        (sample(), "All is well", "good", "All 6 parts"),
        (sample(worker="degraded"), "Degraded", "warn", "Simulation worker"),
        (sample(postgres="failed", worker="degraded"), "Failed", "bad", "PostgreSQL, Simulation"),
    ],
)
def test_the_overall_state_is_the_apis(value, word, tone, named):
    state = overall(News(value), 0.0)
    assert (state.word, state.tone) == (word, tone)
    assert named in state.sentence


def test_without_an_answer_no_part_is_called_well():
    news = News(sample(), ApiError("The API does not answer."), NOW)
    assert overall(news, 0.0).word == "Not known"
    text = str(cards(news, [], NOW))
    assert text.count("Not known") == 6
    assert "Well" not in text


def test_each_part_is_shown_with_state_latency_and_detail():
    text = str(cards(News(sample(hub="degraded")), [sample()], NOW))
    for said in ("PostgreSQL", "Hub", "Simulation worker", "Disk", "Memory", "API service"):
        assert said in text
    for name in ("service", "postgres", "hub", "worker", "disk", "memory"):
        assert f"detail of {name}" in text
    assert text.count("4.20 ms</b>") == 4
    assert "Degraded" in text


def test_a_state_is_told_by_word_and_shape_not_by_colour_alone():
    shapes = {}
    for state in ("ok", "degraded", "failed"):
        text = str(banner(News(sample(hub=state)), [], 0.0))
        shapes[state] = text[text.index("<svg") : text.index("</svg>")].replace("warn", "")
    assert len(set(shapes.values())) == 3
    looks = [
        (NOW - 600, "ok", 1.0),
        (NOW - 400, "degraded", 1.0),
        (NOW - 200, "failed", 1.0),
    ]
    drawn = str(strip(looks, NOW))
    heights = {tone: drawn.split(f'class="{tone}"')[1].split('height="')[1].split('"')[0]
               for tone in ("good", "warn", "bad", "none")}  # fmt: skip
    assert len(set(heights.values())) == 4


def test_a_percentage_has_its_window_beside_it():
    looks = [sample(NOW - 5 * i, hub="failed" if i < 6 else "ok") for i in reversed(range(60))]
    assert "Over the last 5 min: all well in 90.0 % of 60 looks." in banner(
        News(sample()), looks, 0.0
    )


def test_the_sparkline_shows_the_highest_and_leaves_out_what_nobody_measured():
    looks = [(NOW - 3_000 + 5 * i, "ok", 2.0) for i in range(100)]
    looks += [(NOW - 500 + 5 * i, "ok", 2.0 if i != 50 else 80.0) for i in range(90)]
    text = str(sparkline(looks, NOW))
    assert "median 2.00 ms, highest 80.0 ms" in text
    path = text.split('d="M')[-1]
    assert path.count("M") == 1, "one gap, so the line starts twice"
    assert "Nothing measured" in sparkline([], NOW)


METRICS = """
# TYPE hal9_http_request_duration_seconds histogram
hal9_http_request_duration_seconds_bucket{le="0.01",method="GET",route="/live",status="200"} 90
hal9_http_request_duration_seconds_bucket{le="0.05",method="GET",route="/live",status="200"} 99
hal9_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/live",status="200"} 100
hal9_http_request_duration_seconds_bucket{le="0.01",method="GET",route="/me",status="401"} 100
hal9_http_request_duration_seconds_bucket{le="0.05",method="GET",route="/me",status="401"} 100
hal9_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/me",status="401"} 100
# TYPE hal9_requests_refused counter
hal9_requests_refused_total{status="401"} 3
hal9_requests_refused_total{status="403"} 4
# TYPE hal9_runs_saved counter
hal9_runs_saved_total 5
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1799992800
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 98000000
"""


def test_the_tiles_say_what_metrics_say():
    found = read(METRICS)
    assert found["buckets"] == {0.01: 190.0, 0.05: 199.0, float("inf"): 200.0}
    assert found["refused"] == 7
    text = str(numbers(METRICS, NOW))
    for said in (">200<", ">10<", ">7<", ">5<", ">2<", ">98<"):
        assert said in text


def run_of(model=NASTY, notes=NASTY, **changes) -> dict:
    network = hal9.Network(seed=1, model=model)
    cells = network.add(hal9.neurons.lif(), 40, name="<i>E</i>")
    network.connect(cells, cells, hal9.connectivity.fixed_indegree(3), weight_mv=0.1, delay_ms=1.5)
    network.drive(cells, rate_hz=20_000.0, weight_mv=0.1)
    run = hal9.simulate(network, duration_ms=100.0)
    record = run.record() | {"owner": "ada", "notes": notes, "tags": [NASTY]}
    return record | changes


def test_what_users_wrote_is_shown_as_text():
    record = run_of()
    shown = "".join(
        str(part)
        for part in (
            table([record], record["key"], 0.0),
            title(record, 0.0),
            details(record),
            newest_line([record]),
            loading_line(record["key"]),
            headline(live().value, state_of(live(), 0.0, NOW)),
        )
    )
    assert "<img" not in shown
    assert "<i>" not in shown
    assert shown.count("&lt;img") >= 5


def test_a_run_is_shown_with_its_key_numbers_and_the_line_that_loads_it():
    record = run_of("brunel", "")
    rows = table([record], "", 0.0)
    assert f'data-choose="{record["key"]}"' in rows
    assert 'aria-pressed="false"' in rows
    assert "hal9.open_store().load(&#34;" + record["key"] in loading_line(record["key"])
    text = details(record)
    for said in (
        record["key"],
        record["spike_hash"],
        "fixed_indegree(indegree=3, multiple=True, self_connections=True), 0.1 mV, delay 1.5 ms",
        "Poisson, 20,000 Hz, 0.1 mV",
        "ada",
    ):
        assert said in text
    assert "No run has been kept yet" in table([], "", 0.0)


def test_a_picture_of_a_run_holds_every_spike_whatever_its_size():
    network = hal9.models.brunel(neurons=500, indegree=50, seed=2)
    run = hal9.simulate(network, duration_ms=333.3)
    seen = picture(run.record(), run.spike_steps, run.spike_neurons)
    assert len(run.spike_steps) > 1_000
    assert seen.counts.shape == (200, 360)
    assert int(seen.counts.sum()) == len(run.spike_steps)
    assert seen.counts.max() < 255
    column_s = 0.3333 / 360
    for population in network.populations:
        spikes = seen.rates_hz[population.name] * population.size * column_s
        assert np.allclose(spikes, np.round(spikes))
        assert spikes.sum() == pytest.approx(len(run.spikes_of(population.name)[0]))
    first = seen.populations[1]
    assert (first["name"], first["first"], first["size"]) == ("I", 400, 100)
    inhibitory = seen.counts[first["first_row"] : first["first_row"] + first["rows"]]
    assert int(inhibitory.sum()) == len(run.spikes_of("I")[0])


def test_a_run_without_a_spike_has_a_picture_too():
    record = run_of("quiet", "")
    seen = picture(record, np.empty(0, np.int32), np.empty(0, np.int32))
    assert not seen.counts.any()
    assert (seen.dark, seen.top_hz) == (2.0, 10.0)
