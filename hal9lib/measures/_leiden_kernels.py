"""The Leiden algorithm as kernels: communities that share more links than their degrees explain.

Source: Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z, with the directed modularity
of Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703. Only the symmetric part of a modularity
matrix counts, so a directed graph is searched as links both ways beside two strengths a node. To
join node v to community C changes Q by ``gain / total`` with

    gain = S(v, C) - (out_v in_C + in_v out_C) / total,   S = W + W^T,   total = sum of W.
"""

import numpy as np

from hal9lib.jit import kernel

#: How random merging is, in mean link weights: the published theta.
THETA = 0.01
#: A pass that adds less to Q than this is the last; there are at most so many.
LEAST_GAIN = 1e-5
MOST_PASSES = 10


@kernel
def both_ways(nodes, sources, targets, weights):
    """(starts, others, weights) each node's links out and in; a pair may come twice."""
    starts = np.zeros(nodes + 1, np.int64)
    for e in range(len(sources)):
        starts[sources[e] + 1] += 1
        starts[targets[e] + 1] += 1
    for v in range(nodes):
        starts[v + 1] += starts[v]
    place = starts[:-1].copy()
    others = np.empty(2 * len(sources), np.int64)
    both = np.empty(2 * len(sources))
    for e in range(len(sources)):
        a, b = sources[e], targets[e]
        others[place[a]], both[place[a]] = b, weights[e]
        place[a] += 1
        others[place[b]], both[place[b]] = a, weights[e]
        place[b] += 1
    return starts, others, both


@kernel
def summed(values, label):
    """(nodes,) the values of each community's nodes added up; communities number nodes at most."""
    total = np.zeros(len(label), values.dtype)
    for v in range(len(label)):
        total[label[v]] += values[v]
    return total


@kernel
def numbered(label):
    """(labels from 0 in order of their first node, how many there are)."""
    new = np.full(len(label), -1, np.int64)
    found = np.empty(len(label), np.int64)
    count = 0
    for v in range(len(label)):
        if new[label[v]] < 0:
            new[label[v]] = count
            count += 1
        found[v] = new[label[v]]
    return found, count


@kernel
def shuffled(nodes, generator):
    """The nodes in random order."""
    order = np.arange(nodes)
    for i in range(nodes - 1, 0, -1):
        j = int(generator.random() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


@kernel
def quality(nodes, sources, targets, weights, label):
    """Q = sum over communities of ``inside / total - out in / total^2``; labels below `nodes`."""
    out, into = np.zeros(nodes), np.zeros(nodes)
    inside = total = 0.0
    for e in range(len(sources)):
        a, b, w = label[sources[e]], label[targets[e]], weights[e]
        out[a] += w
        into[b] += w
        total += w
        if a == b:
            inside += w
    expected = 0.0
    for c in range(nodes):
        expected += out[c] / total * (into[c] / total)
    return inside / total - expected


@kernel
def move_nodes(starts, others, weights, out, into, label, total, generator):
    """Move nodes to the community that gains most until none gains; changes `label` in place."""
    nodes = len(out)
    out_of, into_of = summed(out, label), summed(into, label)
    size = summed(np.ones(nodes, np.int64), label)
    free, frees = np.empty(nodes + 1, np.int64), 0
    for c in range(nodes):
        if size[c] == 0:
            free[frees] = c
            frees += 1
    queue, head, count = shuffled(nodes, generator), 0, nodes
    waiting = np.ones(nodes, np.bool_)
    shared, near = np.zeros(nodes), np.empty(nodes, np.int64)
    slack = 1e-13 * total
    while count > 0:
        v = queue[head]
        head, count, waiting[v] = (head + 1) % nodes, count - 1, False
        own, touched = label[v], 0
        out_of[own] -= out[v]
        into_of[own] -= into[v]
        size[own] -= 1
        for e in range(starts[v], starts[v + 1]):
            c = label[others[e]]
            if shared[c] == 0.0:
                near[touched] = c
                touched += 1
            shared[c] += weights[e]
        best = own
        most = shared[own] - (out[v] * into_of[own] + into[v] * out_of[own]) / total
        if size[own] > 0 and most < -slack:
            best, most = free[frees - 1], 0.0
        for t in range(touched):
            c = near[t]
            gain = shared[c] - (out[v] * into_of[c] + into[v] * out_of[c]) / total
            if gain > most + slack:
                best, most = c, gain
            shared[c] = 0.0
        out_of[best] += out[v]
        into_of[best] += into[v]
        size[best] += 1
        if best == own:
            continue
        if frees > 0 and best == free[frees - 1]:
            frees -= 1
        if size[own] == 0:
            free[frees] = own
            frees += 1
        label[v] = best
        for e in range(starts[v], starts[v + 1]):
            u = others[e]
            if label[u] != best and not waiting[u]:
                queue[(head + count) % nodes] = u
                count, waiting[u] = count + 1, True


@kernel
def inner_weight(starts, others, weights, label):
    """(nodes,) the weight between each node and the rest of its community."""
    inner = np.zeros(len(label))
    for v in range(len(label)):
        for e in range(starts[v], starts[v + 1]):
            if label[others[e]] == label[v]:
                inner[v] += weights[e]
    return inner


@kernel
def drawn(gains, count, theta, generator):
    """One of the first `count` places, with chances that grow as ``exp(gain / theta)``."""
    most = gains[:count].max()
    left = generator.random() * np.exp((gains[:count] - most) / theta).sum()
    for t in range(count):
        left -= np.exp((gains[t] - most) / theta)
        if left < 0.0:
            return t
    return count - 1


@kernel
def refined(starts, others, weights, out, into, label, total, theta, generator):
    """(nodes,) labels of parts within communities, each merged from single nodes along links."""
    nodes = len(out)
    out_of, into_of = summed(out, label), summed(into, label)
    part, size = np.arange(nodes), np.ones(nodes, np.int64)
    part_out, part_into = out.copy(), into.copy()
    cut = inner_weight(starts, others, weights, label)
    shared, near = np.zeros(nodes), np.empty(nodes + 1, np.int64)
    gains, slack = np.empty(nodes + 1), 1e-13 * total
    for v in shuffled(nodes, generator):
        c = label[v]
        rest = out[v] * (into_of[c] - into[v]) + into[v] * (out_of[c] - out[v])
        if size[v] != 1 or part[v] != v or cut[v] < rest / total - slack:
            continue  # others have joined it, or it hangs on to its community by too little
        near[0], gains[0], choices = v, 0.0, 1
        for e in range(starts[v], starts[v + 1]):
            u = others[e]
            if label[u] == c:
                if shared[part[u]] == 0.0:
                    near[choices] = part[u]
                    choices += 1
                shared[part[u]] += weights[e]
        kept = 1
        for t in range(1, choices):
            p = near[t]
            rest = part_out[p] * (into_of[c] - part_into[p])
            rest += part_into[p] * (out_of[c] - part_out[p])
            gain = shared[p] - (out[v] * part_into[p] + into[v] * part_out[p]) / total
            if gain >= 0.0 and cut[p] >= rest / total - slack:
                near[kept], gains[kept], near[t] = p, gain, near[kept]
                kept += 1
        p = near[drawn(gains, kept, theta, generator)]
        if p != v:
            cut[p] += cut[v] - 2.0 * shared[p]
            part_out[p] += out[v]
            part_into[p] += into[v]
            size[p], size[v], part[v] = size[p] + 1, 0, p
        for e in range(starts[v], starts[v + 1]):
            shared[part[others[e]]] = 0.0
        shared[v] = 0.0
    return part


@kernel
def merged(starts, others, weights, group, groups):
    """(starts, others, weights) of the graph whose nodes are groups; inner links fall away."""
    nodes = len(group)
    first = np.zeros(groups + 1, np.int64)
    for v in range(nodes):
        first[group[v] + 1] += 1
    for g in range(groups):
        first[g + 1] += first[g]
    members, place = np.empty(nodes, np.int64), first[:-1].copy()
    for v in range(nodes):
        members[place[group[v]]] = v
        place[group[v]] += 1
    new_starts, edges = np.zeros(groups + 1, np.int64), 0
    new_others, new_weights = np.empty(len(others), np.int64), np.empty(len(others))
    shared, near = np.zeros(groups), np.empty(groups, np.int64)
    for g in range(groups):
        touched = 0
        for v in members[first[g] : first[g + 1]]:
            for e in range(starts[v], starts[v + 1]):
                h = group[others[e]]
                if h != g:
                    if shared[h] == 0.0:
                        near[touched] = h
                        touched += 1
                    shared[h] += weights[e]
        for h in near[:touched]:
            new_others[edges], new_weights[edges], shared[h] = h, shared[h], 0.0
            edges += 1
        new_starts[g + 1] = edges
    return new_starts, new_others[:edges].copy(), new_weights[:edges].copy()


@kernel
def one_pass(starts, others, weights, out, into, label, total, theta, generator):
    """Move, refine and merge until every community is one node; the labels of all nodes."""
    place, part, idle = np.arange(len(out)), label.copy(), 0
    while True:
        move_nodes(starts, others, weights, out, into, part, total, generator)
        part, groups = numbered(part)
        if groups == len(out):
            break
        fine = refined(starts, others, weights, out, into, part, total, theta, generator)
        fine, count = numbered(fine)
        idle = idle + 1 if count == len(out) else 0
        if idle > 10:  # nothing merges but what rounding alone would merge
            part = fine
            break
        upper = np.empty(count, np.int64)
        for v in range(len(out)):
            upper[fine[v]] = part[v]
        starts, others, weights = merged(starts, others, weights, fine, count)
        out, into = summed(out, fine)[:count].copy(), summed(into, fine)[:count].copy()
        place, part = fine[place], upper
    return part[place]


@kernel
def search(nodes, sources, targets, weights, restarts, generator):
    """(the largest Q found, its labels): passes until Q grows no more, from `restarts` starts."""
    starts, others, both = both_ways(nodes, sources, targets, weights)
    out, into = np.zeros(nodes), np.zeros(nodes)
    for e in range(len(sources)):
        out[sources[e]] += weights[e]
        into[targets[e]] += weights[e]
    total = weights.sum()
    theta = THETA * total / len(weights)
    best, found = -1.0, np.arange(nodes)
    for _ in range(restarts):
        label, value = np.arange(nodes), -1.0
        for _ in range(MOST_PASSES):
            new = one_pass(starts, others, both, out, into, label, total, theta, generator)
            label, _ = numbered(new)
            before, value = value, quality(nodes, sources, targets, weights, label)
            if value - before < LEAST_GAIN:
                break
        if value > best:
            best, found = value, label
    return best, found
