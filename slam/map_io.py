"""Maps in and out as ROS map_server's PGM and YAML (trinary mode), and as a picture for people."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image, ImageDraw, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from robot.types import FloatArray, GridMap, LetanError, Pose

OCCUPIED_PIXEL, FREE_PIXEL, UNKNOWN_PIXEL = 0, 254, 205
OCCUPIED_THRESHOLD, FREE_THRESHOLD = 0.65, 0.196

UNKNOWN_COLOUR, FREE_COLOUR, WALL_COLOUR = (201, 218, 210), (255, 255, 255), (15, 42, 51)
PATH_COLOUR = (46, 122, 112)
LONGEST_SIDE = 1600  # pixels of the picture; a cell is never less than two


class MapMetadata(BaseModel):
    """The YAML beside a map's picture (ROS map_server)."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    image: str
    resolution: float = Field(gt=0.0)
    origin: tuple[float, float, float]
    negate: int = Field(default=0, ge=0, le=1)
    occupied_thresh: float = Field(default=OCCUPIED_THRESHOLD, gt=0.0, le=1.0)
    free_thresh: float = Field(default=FREE_THRESHOLD, ge=0.0, lt=1.0)
    mode: str = "trinary"


def save_map(grid: GridMap, path: Path) -> None:
    """Write `path` (the YAML) and the PGM of the same name beside it."""
    pixels = np.full(grid.cells.shape, UNKNOWN_PIXEL, np.uint8)
    pixels[grid.cells == 0] = FREE_PIXEL
    pixels[grid.cells == 100] = OCCUPIED_PIXEL
    image = path.with_suffix(".pgm")
    Image.fromarray(pixels[::-1]).save(image)
    origin = [grid.origin.x, grid.origin.y, grid.origin.theta]
    lines = [
        f"image: {image.name}",
        "mode: trinary",
        f"resolution: {grid.resolution}",
        f"origin: {origin}",
        "negate: 0",
        f"occupied_thresh: {OCCUPIED_THRESHOLD}",
        f"free_thresh: {FREE_THRESHOLD}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load_map(path: Path) -> GridMap:
    """Read a map from its YAML; LetanError says what is wrong with which file."""
    metadata = _metadata(path)
    if metadata.mode != "trinary":
        raise LetanError(f"{path}: mode is {metadata.mode!r}; only trinary maps can be read")
    if metadata.origin[2] != 0.0:
        raise LetanError(f"{path}: origin is turned by {metadata.origin[2]} rad; only maps that are not can be read")
    image = path.parent / metadata.image
    pixels = _pixels(image)
    shade = pixels / 255.0 if metadata.negate else (255 - pixels) / 255.0
    cells = np.full(pixels.shape, -1, np.int8)
    cells[shade > metadata.occupied_thresh] = 100
    cells[shade < metadata.free_thresh] = 0
    x, y, theta = metadata.origin
    return GridMap(np.ascontiguousarray(cells[::-1]), metadata.resolution, Pose(x, y, theta))


def _metadata(path: Path) -> MapMetadata:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return MapMetadata.model_validate(data)
    except OSError as error:
        raise LetanError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise LetanError(f"{path}: is not a text file in UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LetanError(f"{path}:{line}: {error.problem or 'is not YAML'}") from error
    except yaml.YAMLError as error:
        raise LetanError(f"{path}: is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise LetanError(f"{path}: {where}: {first['msg']}") from error


def _pixels(image: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(image) as opened:
            return np.asarray(opened.convert("L"))
    except UnidentifiedImageError as error:
        raise LetanError(f"{image}: is not a picture that can be read") from error
    except (OSError, ValueError) as error:
        raise LetanError(f"{image}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def coarser(grid: GridMap, longest: int) -> GridMap:
    """The map with cells so large that no side has more than `longest` of them; what is occupied stays so."""
    height, width = grid.cells.shape
    times = math.ceil(max(height, width) / longest)
    if times <= 1:
        return grid
    cells = np.pad(grid.cells, ((0, -height % times), (0, -width % times)), constant_values=-1)
    blocks = cells.reshape(cells.shape[0] // times, times, cells.shape[1] // times, times)
    return GridMap(np.ascontiguousarray(blocks.max(axis=(1, 3))), grid.resolution * times, grid.origin)


def draw_map(grid: GridMap, path: FloatArray, longest: int = LONGEST_SIDE, least: int = 2) -> Image.Image:
    """A picture of the map: unknown celadon grey, free white, walls ink, and `path` (N, 2) metres in jade.

    It ends in an ink dot and begins in a jade one. A side has about `longest` pixels, a cell at least `least`.
    """
    height, width = grid.cells.shape
    colours = np.empty((height, width, 3), np.uint8)
    colours[:] = UNKNOWN_COLOUR
    colours[grid.cells == 0] = FREE_COLOUR
    colours[grid.cells == 100] = WALL_COLOUR
    scale = max(least, math.floor(longest / max(height, width)))
    picture = Image.fromarray(colours[::-1]).resize((width * scale, height * scale), Image.Resampling.NEAREST)
    corner = np.array([grid.origin.x, grid.origin.y])
    pixels = (np.asarray(path).reshape(-1, 2) - corner) / grid.resolution * scale
    pixels[:, 1] = height * scale - pixels[:, 1]
    points = [(float(x), float(y)) for x, y in pixels]
    if len(points) > 1:
        draw = ImageDraw.Draw(picture)
        draw.line(points, fill=PATH_COLOUR, width=scale, joint="curve")
        for (x, y), colour in ((points[0], PATH_COLOUR), (points[-1], WALL_COLOUR)):
            draw.ellipse((x - 2 * scale, y - 2 * scale, x + 2 * scale, y + 2 * scale), fill=colour)
    return picture
