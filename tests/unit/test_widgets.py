"""The live view, driven without a browser: through its buttons, its sliders and its frames."""

import base64
import gc
import io
import re
import subprocess
import sys
import threading
import weakref
import xml.etree.ElementTree as ElementTree

import ipywidgets
import numpy as np
import pytest
from PIL import Image

import hal9lib as hal9
from hal9lib import palette
from hal9lib.errors import ParameterError, SimulationError
from hal9lib.jobs.frames import FrameBuilder
from hal9lib.widgets.picture import picture_of, png
from hal9lib.widgets.session import LiveSession

SVG = "{http://www.w3.org/2000/svg}"


def network(seed=1):
    return hal9.models.brunel(neurons=200, indegree=40, seed=seed)


@pytest.fixture
def live():
    """`hal9.widgets.live`, whose views are closed after the test."""
    views = []

    def opened(*arguments, **options):
        views.append(hal9.widgets.live(*arguments, **options))
        return views[-1]

    yield opened
    for view in views:
        view.close()
    assert not [t.name for t in threading.enumerate() if t.name == "hal9-live"]


def test_a_view_shows_an_empty_picture_and_builds_nothing_before_it_plays(live):
    view = live(hal9.models.brunel(neurons=1_000_000, indegree=1_000))
    assert view.frame["time_ms"] == 0.0
    assert bytes(view.image.value).startswith(b"<svg")
    assert not view.running
    assert not view._session.working
    assert (view.play_button.disabled, view.pause_button.disabled) == (False, True)


def test_play_pause_and_play_again_go_on_in_model_time(live):
    view = live(network())
    view.play_button.click()
    assert view.running
    assert view.wait_for_frame(3) >= 3
    assert (view.play_button.disabled, view.pause_button.disabled) == (True, False)
    view.pause_button.click()
    assert view.wait_until_idle()
    assert not view._session.working, "a paused view has no thread"
    assert view.frame["status"] == "paused"
    paused_ms, frames = view.frame["time_ms"], view.frames
    assert paused_ms > 0.0
    view.play()
    assert view.wait_for_frame(frames + 3) >= frames + 3
    assert view.frame["time_ms"] > paused_ms


def test_what_a_view_shows_is_what_simulate_gives(live):
    run = hal9.simulate(network(), 400.0)
    frame = live(network()).run_for(400.0)
    shown = {p["name"]: p["rate_hz"] for p in frame["populations"]}
    assert shown["E"] > 1.0
    assert shown == pytest.approx({"E": run.rate_hz("E"), "I": run.rate_hz("I")}, abs=1e-3)
    counts = np.frombuffer(base64.b64decode(frame["raster"]["counts"]), np.uint8)
    assert counts.sum() == len(run.spike_steps)


def test_the_sliders_steer_the_network(live):
    view = live(hal9.models.brunel(neurons=1_000, indegree=100, seed=1))
    as_described = view.run_for(600.0)["populations"][0]["rate_hz"]
    view.drive_slider.value = 0.0
    silent = view.run_for(1_500.0)
    assert silent["drive"] == 0.0
    assert silent["populations"][0]["rate_hz"] == 0.0
    view.drive_slider.value = 2.0
    assert view.run_for(1_500.0)["populations"][0]["rate_hz"] > 1.2 * as_described
    view.drive_slider.value = 1.0
    view.inhibition_slider.value = 0.0
    unchecked = view.run_for(1_500.0)
    assert unchecked["inhibition"] == 0.0
    assert unchecked["populations"][0]["rate_hz"] > 3.0 * as_described


def test_steering_reaches_a_network_that_plays(live):
    view = live(network())
    view.play()
    view.wait_for_frame(1)
    view.drive_slider.value = 1.5
    # The frame on its way may still be of the old drive; the one after it is not.
    wanted = view.frames + 3
    assert view.wait_for_frame(wanted) >= wanted
    assert view.frame["drive"] == 1.5


def test_reset_goes_back_to_time_0_and_keeps_what_the_sliders_say(live):
    view = live(network())
    view.drive_slider.value = 1.4
    first = view.run_for(200.0)
    view.run_for(300.0)
    view.reset_button.click()
    assert view.wait_until_idle()
    assert view.frame["time_ms"] == 0.0
    again = view.run_for(200.0)
    assert again["raster"] == first["raster"]
    assert (again["drive"], again["generation"]) == (1.4, first["generation"] + 1)


def test_no_command_waits_for_the_simulation(live):
    view = live(network())
    with view._session._busy:  # as while a long stretch is simulated
        view.play()
        view.drive_slider.value = 1.3
        view.reset()
        view.pause()
        view.play()
        assert view.frames == 0
    assert view.wait_for_frame(2) >= 2
    assert view.frame["drive"] == 1.3


def test_two_networks_play_at_once_and_the_second_says_so(live):
    first = live(network(seed=1))
    first.play()
    second = live(network(seed=2))
    assert first.running
    assert "Also playing: LiveView('brunel', 200 neurons)" in text_of(second.note)
    second.play()
    for view in (first, second):
        wanted = view.frames + 3
        assert view.wait_for_frame(wanted) >= wanted
    assert hal9.widgets.pause_all() == 2
    assert first.wait_until_idle()
    assert second.wait_until_idle()
    assert hal9.widgets.pause_all() == 0


def test_a_second_view_of_a_network_stops_the_first_which_can_start_anew(live):
    first = live(network())
    first.run_for(100.0)
    first.play()
    second = live(network())
    assert not first.running
    assert first.wait_until_idle()
    assert first._session._simulation is None, "its memory is given back"
    assert text_of(first.note).startswith("Stopped: this network was opened in another view.")
    second.play()
    first.play()
    assert first.wait_for_frame(first.frames + 2) > 0
    assert first.running
    assert second.running
    assert text_of(first.note) == ""
    assert second.wait_for_frame(1) >= 1


def test_close_leaves_no_thread_no_widget_and_no_memory():
    gc.collect()
    before = set(ipywidgets.widgets.widget._instances)
    view = hal9.widgets.live(network())
    view.play()
    view.wait_for_frame(1)
    session, simulation = view._session, weakref.ref(view._session._simulation)
    view.close()
    assert not session.working
    assert session._simulation is None
    assert set(ipywidgets.widgets.widget._instances) == before
    with pytest.raises(SimulationError, match="this view is closed; open another"):
        session.play()
    view.close()  # twice is once
    gone = weakref.ref(view)
    del view, session
    gc.collect()
    assert gone() is None
    assert simulation() is None


def test_a_thread_that_fails_says_so_and_is_not_running():
    problems = []

    def broken(frame):
        raise ValueError("no room to draw")

    session = LiveSession(network(), broken, problems.append)
    session.play()
    assert session.wait_until_idle()
    assert not session.running
    session.close()
    assert [str(problem) for problem in problems] == ["no room to draw"]


def test_a_failure_is_shown_below_the_picture(live):
    view = live(network())
    view._fail(ValueError("<b>no room</b>"))
    assert text_of(view.note) == "Stopped. ValueError: <b>no room</b>"
    assert "<b>" not in view.note.value


def test_a_session_nobody_touches_pauses_by_itself():
    session = LiveSession(network(), lambda _frame: None, pause_after_s=1e-9)
    session.play()
    assert session.wait_until_idle()
    assert not session.running
    session.close()


@pytest.mark.parametrize("ending", ["", "raise SystemExit(0)"])
def test_the_end_of_the_kernel_ends_a_view_that_plays(ending):
    code = (
        "import hal9lib as hal9\n"
        "view = hal9.widgets.live(hal9.models.brunel(neurons=200, indegree=40))\n"
        "view.play()\n"
        "assert view.wait_for_frame(1) >= 1\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_view_is_shown_as_a_widget_whose_text_never_varies(live):
    view = live(network())
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == "LiveView('brunel', 200 neurons)"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    view.run_for(50.0)
    assert view._repr_mimebundle_() == bundle


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((None,), {}, r"network = None is not allowed; use a hal9\.Network"),
        ((hal9.Network(),), {}, "with at least one population"),
        ((network(),), {"dt_ms": 0.7}, r"delay_ms = 1\.5 is not allowed; use a whole multiple"),
        ((network(),), {"max_speed": 0.0}, r"max_speed = 0\.0 is not allowed"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        hal9.widgets.live(*arguments, **options)


def test_a_slider_beyond_its_range_is_refused():
    session = LiveSession(network(), lambda _frame: None)
    with pytest.raises(ParameterError, match=r"drive = 3\.5 is not allowed; use .* from 0 to 3"):
        session.steer(drive=3.5)
    session.close()


def test_the_picture_is_whole_svg_with_names_escaped():
    cells = hal9.Network(seed=1)
    cells.add(hal9.neurons.lif(), 50, name="<i>&E")
    root = parsed(picture_of(frame_of(cells, [(5, 0)], 1_000)))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<i>&E" in texts
    assert {"time (s)", "rate (Hz)", "0.0 Hz"} <= {re.sub(r"0\.\d Hz", "0.0 Hz", t) for t in texts}


def test_a_spike_is_a_dark_pixel_where_and_when_it_fell():
    cells = hal9.Network(seed=1)
    cells.add(hal9.neurons.lif(), 8, name="E")
    cells.add(hal9.neurons.lif(), 2, name="I")
    # Step 9,995 lies in the last of 250 columns of 40 steps, step 0 in the first.
    root = parsed(picture_of(frame_of(cells, [(0, 3), (9_995, 9)], 10_000)))
    href = next(root.iter(f"{SVG}image")).get("href")
    data = base64.b64decode(href.removeprefix("data:image/png;base64,"))
    pixels = np.array(Image.open(io.BytesIO(data)).convert("RGB"))
    assert pixels.shape == (10, 250, 3)
    dark = {
        (row, column): pixels[row, column].tolist()
        for row, column in np.argwhere(pixels.min(axis=2) < 255).tolist()
    }
    assert dark == {(3, 0): rgb(palette.EXCITATORY), (9, 249): rgb(palette.INHIBITORY)}


@pytest.mark.parametrize("neurons", [1_000, 100_000, 1_000_000])
def test_a_picture_has_a_bounded_size_whatever_the_number_of_neurons(neurons):
    cells = hal9.Network(seed=1)
    cells.add(hal9.neurons.lif(), neurons, name="E")
    generator = np.random.default_rng(1)
    spikes = zip(
        np.sort(generator.integers(0, 10_000, 200_000)),
        generator.integers(0, neurons, 200_000),
        strict=True,
    )
    assert len(picture_of(frame_of(cells, spikes, 10_000))) < 70_000


def test_a_png_of_numbers_is_read_back():
    pixels = np.array([[0, 1], [2, 1], [0, 2]], np.uint8)
    image = Image.open(io.BytesIO(png(pixels, ["#000000", "#ff8000", "#ffffff"])))
    assert np.array(image).tolist() == pixels.tolist()
    assert np.array(image.convert("RGB"))[0, 1].tolist() == [255, 128, 0]


def frame_of(cells, spikes, steps):
    """A frame of these (step, neuron) spikes, after so many steps."""
    session = LiveSession(cells, lambda _frame: None)
    builder = FrameBuilder(cells)
    when, which = np.array(list(spikes), np.int32).reshape(-1, 2).T
    builder.add(when, which)
    frame = session.empty_frame() | builder.frame(steps)
    session.close()
    return frame


def text_of(widget):
    return "".join(parsed(f"<p>{widget.value}</p>").itertext())


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 - made by ourselves


def rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
