"""`hal9 doctor` beside a platform that runs."""

import subprocess
import sys

from support.running_platform import RunningPlatform


def test_it_finds_the_running_platform_well(platform: RunningPlatform) -> None:
    command = [sys.executable, "-P", "-m", "hal9lib.cli", "doctor", "--data", str(platform.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    state = platform.state()
    assert f"{state['api']}/health answers 200" in done.stdout
    assert f"in use by this HAL9: {platform.port}" in done.stdout
    assert "Nothing is wrong." in done.stdout
