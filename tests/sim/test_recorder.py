"""The animated picture shows who was there, and what stood in the hall that the plan does not have."""

from PIL import Image

from robot.types import Pose
from sim.recorder import Recorder
from sim.things import board


def test_what_is_put_into_the_hall_is_drawn_while_it_stands_there(world, tmp_path):
    recorder = Recorder(world)
    for surface in ("plain", "glass"):
        world.add_obstacle(surface, board(Pose(6.5, 6.4, 0.0), 2.0, surface))
        recorder.take(Pose(3.0, 3.0, 0.0), "board")
        world.remove_obstacle(surface)
    world.crowd.enter(9.8, 5.0, 1.0, kind="wheelchair")
    recorder.take(Pose(3.0, 3.0, 0.0), "board")
    recorder.gif(tmp_path / "run.gif", 0.0)
    frames = []
    with Image.open(tmp_path / "run.gif") as gif:
        for number in range(gif.n_frames):
            gif.seek(number)
            frames.append(gif.convert("RGB").copy())
    assert len({frame.tobytes() for frame in frames}) == 3
