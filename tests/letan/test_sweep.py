"""Many runs: none is done twice, none is lost, and what is said of them has honest bounds."""

import csv
import json
import os
import signal
import sys
import time
import warnings

import pytest

from letan import sweep
from letan.sweep import ROWS, SweepRun, jobs, run_job
from letan.sweep_results import mean, rate, share, write_results
from robot.types import LetanError

EMPTY = "scenario: empty\nabout: Nobody.\nstart: '08:00'\nclose: '08:00:20'\nlatest: '08:01'\nhabits: {patience: 60}\n"


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text(EMPTY)
    return str(path)


def without_times(row):
    return {key: value for key, value in row.items() if key not in ("speed", "loop_seconds")}


def test_every_combination_of_values_runs_with_every_seed(scenario):
    found = jobs([scenario], 2, {"battery": ["0.5", "0.9"], "habits.patience": ["30"]})
    assert [(job.group, job.seed) for job in found] == [
        ("empty, battery=0.5, habits.patience=30", 1),
        ("empty, battery=0.5, habits.patience=30", 2),
        ("empty, battery=0.9, habits.patience=30", 1),
        ("empty, battery=0.9, habits.patience=30", 2),
    ]
    assert len({job.digest for job in found}) == 2


def test_what_the_scenario_does_not_have_is_told_before_anything_runs(scenario):
    with pytest.raises(LetanError, match="did you mean `patience`"):
        jobs([scenario], 1, {"habits.patiense": ["30"]})
    with pytest.raises(LetanError, match="mapping tour"):
        jobs(["mapping"], 1, {})


def test_a_changed_value_reaches_the_run(scenario):
    full, low = (run_job(SweepRun(scenario, 1, (("battery", value),)), None) for value in ("0.9", "0.05"))
    assert full is not None
    assert low is not None
    assert without_times(full) != without_times(low) | {"battery": "0.9"} | {"group": full["group"]}


def test_what_is_done_is_not_done_again_and_what_is_cut_is(letan, scenario, tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr("letan.sweep.run_job", lambda job, *rest: done.append(job.seed) or run_job(job, *rest))
    out = tmp_path / "sweep"
    command = ("sim", "sweep", scenario, "--jobs", "1", "--out", out, "--seeds")
    assert letan(*command, "2")[0] == 0
    assert done == [1, 2]
    (out / ROWS).write_text((out / ROWS).read_text()[:-20])  # killed while it wrote the second
    assert letan(*command, "3")[0] == 0
    assert done == [1, 2, 2, 3]
    assert [json.loads(line)["seed"] for line in (out / ROWS).read_text().splitlines()] == [1, 2, 3]
    assert letan(*command, "3", "--anew")[0] == 0
    assert done == [1, 2, 2, 3, 1, 2, 3]


def test_a_changed_scenario_is_another_run(letan, scenario, tmp_path):
    out = tmp_path / "sweep"
    letan("sim", "sweep", scenario, "--seeds", "1", "--out", out)
    before = json.loads((out / ROWS).read_text())
    (tmp_path / "empty.yaml").write_text(EMPTY.replace("08:01", "08:02"))
    letan("sim", "sweep", scenario, "--seeds", "1", "--out", out)
    assert json.loads((out / ROWS).read_text())["digest"] != before["digest"]


def test_processes_find_what_one_alone_finds(letan, scenario, tmp_path):
    for processes in ("1", "2"):
        code, _, err = letan(
            "sim", "sweep", scenario, "--seeds", "3", "--jobs", processes, "--out", tmp_path / processes
        )
        assert code == 0, err
    alone, together = (
        sorted(map(json.loads, (tmp_path / each / ROWS).read_text().splitlines()), key=lambda row: row["seed"])
        for each in ("1", "2")
    )
    assert list(map(without_times, alone)) == list(map(without_times, together))
    assert (tmp_path / "2" / "empty" / "3" / "events.jsonl").stat().st_size > 0


def test_rows_are_the_same_in_csv_and_parquet(scenario, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [run_job(SweepRun(scenario, seed), None) for seed in (2, 1)]
    assert write_results(tmp_path, rows) == ["runs.csv", "runs.parquet", "sweep.png"]
    table = parquet.read_table(tmp_path / "runs.parquet").to_pylist()
    with (tmp_path / "runs.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [row["seed"] for row in table] == [1, 2]
    assert [line["localization_p95"] for line in lines] == [str(row["localization_p95"]) for row in table]
    assert (tmp_path / "sweep.png").read_bytes().startswith(b"\x89PNG")


def test_a_package_that_is_missing_is_told_and_the_rest_is_written(scenario, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    told = write_results(tmp_path, [run_job(SweepRun(scenario, 1), None)])
    assert told[0] == "runs.csv"
    assert "pyarrow is not installed (pip install 'letan[sweep]')" in told[1]
    assert not (tmp_path / "runs.parquet").exists()


def test_a_folder_that_no_sweep_made_is_left_alone(letan, scenario, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").touch()
    code, _, err = letan("sim", "sweep", scenario, "--out", tmp_path / "out")
    assert code == 2
    assert "thesis.doc, which no sweep made" in err


def test_bounds_are_those_of_the_textbooks():
    found = share(0, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0, 0.2775)  # Wilson
    found = share(95, 100)
    assert (round(found.low, 3), round(found.high, 3)) == (0.888, 0.978)
    found = rate(0, 100)
    assert round(found.high, 4) == 0.0369  # Garwood: 3.689 events
    found = rate(4, 1)
    assert (round(found.low, 2), round(found.high, 2)) == (1.09, 10.24)
    found = mean([1.0, 2.0, 3.0])
    assert (round(found.low, 3), round(found.high, 3)) == (-0.484, 4.484)  # t of 2 degrees: 4.303
    assert mean([5.0]).high == float("inf")


def slow_job(job, folder):
    """Stands for a run of a few seconds; a worker imports it from the installed package `letan.sweep`."""
    time.sleep(1.0)
    return {"seed": job.seed, "worker": os.getpid()}


def test_a_cluster_does_every_run_though_a_worker_is_killed(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(sweep, "run_job", slow_job)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the cluster's own making, when one of its processes dies
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster:
            victim = next(iter(cluster.workers.values())).pid
            rows = []
            for row in sweep.on_a_cluster(
                [SweepRun("short", seed) for seed in range(1, 7)], cluster.scheduler_address, ()
            ):
                if not rows:
                    os.kill(victim, signal.SIGKILL)
                rows.append(row)
    assert sorted(row["seed"] for row in rows) == [1, 2, 3, 4, 5, 6]
    assert len({row["worker"] for row in rows}) >= 2


def test_a_cluster_that_is_not_there_is_told(letan, scenario, tmp_path):
    pytest.importorskip("distributed")
    code, _, err = letan("sim", "sweep", scenario, "--dask", "tcp://127.0.0.1:9", "--out", tmp_path / "out")
    assert code == 2
    assert "no Dask scheduler answers there" in err
