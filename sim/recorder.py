"""What a run leaves as pictures: the driven path on the floor plan and an animated GIF."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

from robot.types import Pose
from sim.plan_picture import INK, LOTUS, MARIGOLD, PlanView
from sim.things import Thing
from sim.world import World

FRAMES, FRAME_MS = 160, 90
SITTING, STANDING = "#9CC3E6", "#FF9F5A"
GLASS = "#74938A"  # of what no lidar sees


@dataclass(frozen=True, slots=True)
class _Moment:
    stamp: float
    true: Pose
    believed: Pose
    people: tuple[tuple[float, float, float, bool], ...]
    things: tuple[Thing, ...]
    page: str


@dataclass
class Recorder:
    """Takes the true world once a second; draws afterwards, outside the loop."""

    world: World
    moments: list[_Moment] = field(default_factory=list)

    def take(self, believed: Pose, page: str) -> None:
        """Remember this moment."""
        crowd = self.world.crowd
        people = tuple((*crowd.place(body), body.radius, body.sitting) for body in crowd.bodies)
        self.moments.append(_Moment(self.world.time, self.world.robot.pose, believed, people, self.world.added, page))

    def path_picture(self, path: Path) -> None:
        """The believed path over the true one on the floor plan."""
        view = PlanView(self.world.floor, scale=60.0)
        image = view.ground()
        draw = ImageDraw.Draw(image)
        for poses, colour, width in (
            ([m.true for m in self.moments], MARIGOLD, 7),
            ([m.believed for m in self.moments], LOTUS, 2),
        ):
            if len(poses) > 1:
                draw.line([view.at(p.x, p.y) for p in poses], fill=colour, width=width, joint="curve")
        if self.moments:
            view.robot(draw, self.moments[-1].true, self.world.model.body_radius)
        image.save(path)

    def _palette(self, ground: Image.Image, view: PlanView) -> Image.Image:
        """64 colours that people and robot have too."""
        sample = ground.copy()
        draw = ImageDraw.Draw(sample)
        for k, colour in enumerate((STANDING, SITTING) * 40):
            view.disc(draw, 1.0 + 0.4 * (k % 40), 6.0 + k // 40, 0.22, colour)
        view.robot(draw, Pose(8.0, 4.0, 0.0), 1.0)
        return sample.quantize(64)

    def gif(self, path: Path, clock_start: float, scale: float = 26.0) -> None:
        """The run in about fifteen seconds."""
        if not self.moments:
            return
        view = PlanView(self.world.floor, scale=scale)
        ground = view.ground()
        step = max(1, len(self.moments) // FRAMES)
        palette = self._palette(ground, view)
        frames = []
        for moment in self.moments[::step]:
            frame = ground.copy()
            draw = ImageDraw.Draw(frame)
            for thing in moment.things:
                for x0, y0, x1, y1 in thing.solid.tolist():
                    draw.line([view.at(x0, y0), view.at(x1, y1)], fill=INK if len(thing.seen) else GLASS, width=2)
            for x, y, radius, sitting in moment.people:
                view.disc(draw, x, y, radius, SITTING if sitting else STANDING)
            view.robot(draw, moment.true, self.world.model.body_radius)
            second = int(clock_start + moment.stamp)
            clock = f"{second // 3600:02d}:{second // 60 % 60:02d}   {moment.page}"
            draw.text((0.4 * scale, frame.size[1] - 0.35 * scale), clock, fill="#0F2A33", anchor="lm", font_size=17)
            frames.append(frame.quantize(palette=palette, dither=Image.Dither.NONE))
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=FRAME_MS, loop=0, optimize=True)
