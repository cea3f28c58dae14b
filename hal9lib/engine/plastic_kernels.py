"""Walks over the rows of one plastic projection; what is done at a row is generated.

`visit` and `interval` stand for functions of `plastic_source`, which has one of each for every set
of rules and makes these walks anew for it.
"""

from hal9lib.engine.intrinsics import prefetch


def visit(begin, end, row, step, arriving, shift, dt_ms, p, local):
    """What is due at the synapses of one row, and an arrival where there is one; generated."""
    raise NotImplementedError


def interval(begin, end, row, step, rule, shift, p):
    """What a rule does every so often to the synapses of one row; generated."""
    raise NotImplementedError


def decayed(fine, coarse, trace, steps):
    """What is left of a trace after some steps: exp(-steps dt / tau), from two short tables."""
    stretch = min(steps >> 7, coarse.shape[1] - 1)
    return fine[trace, steps & 127] * coarse[trace, stretch]


def shift_of(worker, block, cells, p):
    """What makes a target of a block a number within its population."""
    target = p.target[0]
    inside = cells.low[worker, target] - cells.first[target]
    return p.block_place[block] - cells.place[worker, target] + inside


def arrive_along(worker, workers, step, dt_ms, cells, p, state, spikes):
    """Visit every row along which a spike arrives in this step."""
    ahead = 4
    slots, delays = spikes.ring.shape[0], len(p.delays)
    source = p.source[0]
    first_source = cells.first[source]
    for k in range(delays):
        sent = step - p.delays[k]
        if sent < 0:
            break  # delays ascend
        sources = spikes.ring[sent % slots]
        for block in range(p.block_first[worker], p.block_first[worker + 1]):
            rows = p.row_start[p.block_row[block] :]
            base = p.block_synapse[block]
            shift = shift_of(worker, block, cells, p)
            local = state.input[p.slot[0]][p.block_place[block] :]
            for owner in range(workers):
                count = spikes.counts[sent % slots, owner, source]
                place = cells.place[owner, source]
                for n in range(count):
                    if n + ahead < count:
                        coming = (sources[place + n + ahead] - first_source) * delays + k
                        prefetch(p.targets, base + rows[coming])
                        prefetch(p.weights, base + rows[coming])
                    row = (sources[place + n] - first_source) * delays + k
                    visit(
                        base + rows[row], base + rows[row + 1], p.block_row[block] + row, step,
                        True, shift, dt_ms, p, local,
                    )  # fmt: skip


def account(worker, step, dt_ms, cells, p, state):
    """Visit every row of a worker without an arrival, up to the start of a step."""
    delays, sources = len(p.delays), cells.size[p.source[0]]
    for block in range(p.block_first[worker], p.block_first[worker + 1]):
        rows = p.row_start[p.block_row[block] :]
        base = p.block_synapse[block]
        shift = shift_of(worker, block, cells, p)
        local = state.input[p.slot[0]][p.block_place[block] :]
        for row in range(sources * delays):
            visit(
                base + rows[row], base + rows[row + 1], p.block_row[block] + row, step, False,
                shift, dt_ms, p, local,
            )  # fmt: skip
    target = p.target[0]
    first = cells.first[target]
    for j in range(cells.low[worker, target] - first, cells.high[worker, target] - first):
        p.swept[j] = p.fired[j]
    p.full[worker, 0] = 0


def sum_incoming(worker, cells, p):
    """The sum of magnitudes onto each target of a worker."""
    target = p.target[0]
    first = cells.first[target]
    for j in range(cells.low[worker, target] - first, cells.high[worker, target] - first):
        p.incoming[j] = 0
    rows_of_block = cells.size[p.source[0]] * len(p.delays)
    for block in range(p.block_first[worker], p.block_first[worker + 1]):
        base = p.block_synapse[block]
        shift = shift_of(worker, block, cells, p)
        end = base + p.row_start[p.block_row[block] + rows_of_block]
        for n in range(base, end):
            p.incoming[p.targets[n] + shift] += p.weights[n]


def pass_interval(worker, step, dt_ms, rule, cells, p, state):
    """What a rule does every so often to each synapse of a worker, all spikes accounted for."""
    account(worker, step, dt_ms, cells, p, state)
    sum_incoming(worker, cells, p)
    delays, sources = len(p.delays), cells.size[p.source[0]]
    for block in range(p.block_first[worker], p.block_first[worker + 1]):
        rows = p.row_start[p.block_row[block] :]
        base = p.block_synapse[block]
        shift = shift_of(worker, block, cells, p)
        for row in range(sources * delays):
            interval(
                base + rows[row], base + rows[row + 1], p.block_row[block] + row, step, rule,
                shift, p,
            )  # fmt: skip
