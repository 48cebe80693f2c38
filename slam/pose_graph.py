"""A graph of poses and what was measured between them, brought to its least squares (Grisetti et al. 2010).

Equation numbers are those of Grisetti, Kümmerle, Stachniss, Burgard, "A Tutorial on Graph-Based SLAM", IEEE Intelligent
Transportation Systems Magazine 2 (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import splu

from robot.types import FloatArray
from slam.poses import between_all, wrap_all

SETTLED = 1e-4  # metres and radians: a smaller step ends the optimisation
MAX_STEPS = 30
GAUGE = 1e9  # how firmly the first pose is held


@dataclass(frozen=True, slots=True)
class Edges:
    """What was measured: pose `nodes[:, 1]` seen from pose `nodes[:, 0]`.

    `nodes` (E, 2) indices, `measured` (E, 3) metres and radians, `information` (E, 3, 3) inverse covariances.
    `doubtful` (E,) bool: these may be wrong altogether, and lose their say as they disagree (Cauchy weight).
    """

    nodes: NDArray[np.int64]
    measured: FloatArray
    information: FloatArray
    doubtful: NDArray[np.bool_]

    @classmethod
    def none(cls) -> Edges:
        """No edges at all."""
        return cls(np.zeros((0, 2), np.int64), np.zeros((0, 3)), np.zeros((0, 3, 3)), np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.nodes)

    def __add__(self, other: Edges) -> Edges:
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return Edges(*(np.concatenate(pair) for pair in pairs))

    def chosen(self, which: NDArray[np.bool_]) -> Edges:
        """The edges where `which` (E,) is true."""
        return Edges(*(getattr(self, name)[which] for name in self.__slots__))


def chain(poses: FloatArray, std_xy: float, std_theta: float) -> Edges:
    """The edges from each of `poses` (K, 3) to the next, as they lie, with the given errors a step."""
    count = max(len(poses) - 1, 0)
    nodes = np.stack([np.arange(count), np.arange(1, count + 1)], axis=1)
    information = np.tile(np.diag([std_xy**-2, std_xy**-2, std_theta**-2]), (count, 1, 1))
    return Edges(nodes, between_all(poses[:-1], poses[1:]), information, np.zeros(count, bool))


def errors(poses: FloatArray, edges: Edges) -> FloatArray:
    """By how much each edge is missed (eq. 30), (E, 3) in the frame of its second pose as measured."""
    found = between_all(poses[edges.nodes[:, 0]], poses[edges.nodes[:, 1]])
    return between_all(edges.measured, found)


def squared_errors(poses: FloatArray, edges: Edges) -> FloatArray:
    """The errors of the edges weighed by their information (eq. 2), (E,) chi squared with 3 degrees of freedom."""
    e = errors(poses, edges)
    return np.asarray(np.einsum("ei,eij,ej->e", e, edges.information, e))


def optimize(poses: FloatArray, edges: Edges, doubt: float = 3.0) -> FloatArray:
    """The poses (K, 3) that fit all edges best; the first one stays. Gauss-Newton on the sparse system (eq. 16).

    A doubtful edge that is missed by `doubt` standard deviations has half of its say.
    """
    poses = poses.copy()
    for _ in range(MAX_STEPS):
        squared = squared_errors(poses, edges)
        weights = np.where(edges.doubtful, 1.0 / (1.0 + squared / doubt**2), 1.0)
        step = _step(poses, edges, weights)
        poses += step
        poses[:, 2] = wrap_all(poses[:, 2])
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    return poses


def _step(poses: FloatArray, edges: Edges, weights: FloatArray) -> FloatArray:
    """The solution of the linearised system (eq. 16), (K, 3)."""
    a, b = _jacobians(poses, edges)
    omega = edges.information * weights[:, None, None]
    e = errors(poses, edges)
    i, j = edges.nodes[:, 0], edges.nodes[:, 1]
    rows, cols, values = [], [], []
    right = np.zeros(3 * len(poses))
    for node, jacobian in ((i, a), (j, b)):
        weighed = np.einsum("eki,ekl->eil", jacobian, omega)
        np.add.at(right.reshape(-1, 3), node, -np.einsum("eil,el->ei", weighed, e))
        for other, second in ((i, a), (j, b)):
            block = np.einsum("eil,elj->eij", weighed, second)
            rows.append((3 * node[:, None, None] + np.arange(3)[None, :, None] + np.zeros((1, 1, 3), int)).ravel())
            cols.append((3 * other[:, None, None] + np.arange(3)[None, None, :] + np.zeros((1, 3, 1), int)).ravel())
            values.append(block.ravel())
    rows.append(np.arange(3))
    cols.append(np.arange(3))
    values.append(np.full(3, GAUGE))
    size = 3 * len(poses)
    where = (np.concatenate(rows), np.concatenate(cols))
    matrix = coo_matrix((np.concatenate(values), where), shape=(size, size)).tocsc()
    return np.asarray(splu(matrix).solve(right)).reshape(-1, 3)


def _jacobians(poses: FloatArray, edges: Edges) -> tuple[FloatArray, FloatArray]:
    """Derivatives of the errors by the first and the second pose of each edge (eq. 32, 33), (E, 3, 3) each."""
    first, second = poses[edges.nodes[:, 0]], poses[edges.nodes[:, 1]]
    turn = first[:, 2] + edges.measured[:, 2]
    c, s = np.cos(turn), np.sin(turn)
    dx, dy = second[:, 0] - first[:, 0], second[:, 1] - first[:, 1]
    a, b = np.zeros((len(edges), 3, 3)), np.zeros((len(edges), 3, 3))
    b[:, 0, 0], b[:, 0, 1], b[:, 1, 0], b[:, 1, 1], b[:, 2, 2] = c, s, -s, c, 1.0
    a[:, :2, :2], a[:, 2, 2] = -b[:, :2, :2], -1.0
    a[:, 0, 2], a[:, 1, 2] = -s * dx + c * dy, -c * dx - s * dy
    return a, b
