"""Undirected neighbours, clustering and distances of a graph."""

import numpy as np

from hal9lib.jit import kernel


@kernel
def neighbours(nodes, sources, targets):
    """(starts, others) the neighbours of each node in order, each once, whichever way linked."""
    starts = np.zeros(nodes + 1, np.int64)
    for e in range(len(sources)):
        starts[sources[e] + 1] += 1
        starts[targets[e] + 1] += 1
    for v in range(nodes):
        starts[v + 1] += starts[v]
    place, mixed = starts[:-1].copy(), np.empty(2 * len(sources), np.int64)
    for e in range(len(sources)):
        a, b = sources[e], targets[e]
        mixed[place[a]] = b
        place[a] += 1
        mixed[place[b]] = a
        place[b] += 1
    # Nodes handed round in order come back in order, so that a double lies beside its like.
    place, others = starts[:-1].copy(), np.empty(2 * len(sources), np.int64)
    for v in range(nodes):
        for u in mixed[starts[v] : starts[v + 1]]:
            if place[u] == starts[u] or others[place[u] - 1] != v:
                others[place[u]] = v
                place[u] += 1
    kept, first = 0, np.zeros(nodes + 1, np.int64)
    for v in range(nodes):
        for e in range(starts[v], place[v]):
            others[kept] = others[e]
            kept += 1
        first[v + 1] = kept
    return first, others[:kept].copy()


@kernel
def clustering(starts, others):
    """(nodes,) share of the pairs of neighbours that are linked; 0 below two neighbours."""
    nodes = len(starts) - 1
    triangles, seen = np.zeros(nodes), np.full(nodes, -1, np.int64)
    degree = starts[1:] - starts[:-1]
    for v in range(nodes):
        for u in others[starts[v] : starts[v + 1]]:
            if degree[u] > degree[v] or (degree[u] == degree[v] and u > v):
                seen[u] = v
        for u in others[starts[v] : starts[v + 1]]:
            if seen[u] != v:
                continue
            for w in others[starts[u] : starts[u + 1]]:
                if seen[w] == v and (degree[w] > degree[u] or (degree[w] == degree[u] and w > u)):
                    triangles[v] += 1.0
                    triangles[u] += 1.0
                    triangles[w] += 1.0
    for v in range(nodes):
        if degree[v] > 1:
            triangles[v] /= 0.5 * degree[v] * (degree[v] - 1.0)
    return triangles


@kernel
def distances(starts, others, sources):
    """(sums of the distances from each source, how many other nodes it reaches)."""
    nodes = len(starts) - 1
    far, reached = np.zeros(len(sources)), np.zeros(len(sources))
    distance, queue = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    for s in range(len(sources)):
        distance[:] = -1
        queue[0], head, tail = sources[s], 0, 1
        distance[sources[s]] = 0
        while head < tail:
            v = queue[head]
            head += 1
            for u in others[starts[v] : starts[v + 1]]:
                if distance[u] < 0:
                    distance[u] = distance[v] + 1
                    far[s] += distance[u]
                    queue[tail] = u
                    tail += 1
        reached[s] = tail - 1
    return far, reached
