-- Saved runs. `record` is the run's record, kept as the text it was given, so that every number in
-- it comes back bit for bit; the other columns are there to be searched.
CREATE TABLE runs (
    owner VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    spike_hash VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    seed UBIGINT NOT NULL,
    neurons BIGINT NOT NULL,
    synapses BIGINT NOT NULL,
    duration_ms DOUBLE NOT NULL,
    rate_hz DOUBLE NOT NULL,
    spikes BIGINT NOT NULL,
    wall_s DOUBLE NOT NULL,
    created TIMESTAMP NOT NULL,
    tags VARCHAR[] NOT NULL,
    record VARCHAR NOT NULL,
    visibility VARCHAR NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'public')),
    saved TIMESTAMP NOT NULL DEFAULT (current_timestamp AT TIME ZONE 'UTC'),
    PRIMARY KEY (owner, key)
);

-- Recordings whose saving or removing has begun and has not been seen to end.
CREATE TABLE unfinished (
    mark VARCHAR PRIMARY KEY,
    key VARCHAR NOT NULL,
    spike_hash VARCHAR NOT NULL
);
