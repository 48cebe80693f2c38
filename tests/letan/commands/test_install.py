"""`letan install-service`: units that systemd takes."""

import shutil
import subprocess

import pytest


def test_units_are_written_and_what_to_do_next_is_told(letan, tmp_path):
    code, out, _ = letan("install-service", "--folder", tmp_path / "units", "--robot", "sim")
    assert code == 0
    service = (tmp_path / "units" / "letan.service").read_text()
    assert "Type=notify" in service
    assert "WatchdogSec=20" in service
    assert "run --site" in service
    assert "systemctl enable --now letan.service letan-screen.service" in out


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_in_them(letan, tmp_path):
    letan("install-service", "--folder", tmp_path, "--user", "daemon")
    for name in ("letan.service", "letan-screen.service"):
        unit = (tmp_path / name).read_text().splitlines()
        (tmp_path / name).write_text(
            "\n".join("ExecStart=/bin/true" if line.startswith("ExecStart=") else line for line in unit) + "\n"
        )
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(path) for path in sorted(tmp_path.glob("*.service")))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    complaints = [line for line in checked.stderr.splitlines() if "letan" in line]
    assert complaints == []


def test_a_robot_that_would_run_as_root_is_refused(letan, tmp_path):
    code, _, err = letan("install-service", "--folder", tmp_path, "--user", "root")
    assert code == 2
    assert "adduser" in err
