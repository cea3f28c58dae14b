-- Saved runs. `record` is the run's record, kept as the text it was given (json, not jsonb, which
-- would rewrite its numbers); the other columns are there to be searched. Times are in UTC.
-- Keys and owners are compared byte by byte, so that pages have the same order everywhere.
CREATE TABLE runs (
    owner text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (key ~ '^[0-9a-f]{32}$'),
    spike_hash text COLLATE "C" NOT NULL CHECK (spike_hash ~ '^[0-9a-f]{32}$'),
    model text NOT NULL,
    seed numeric(20, 0) NOT NULL CHECK (seed >= 0),
    neurons bigint NOT NULL CHECK (neurons >= 0),
    synapses bigint NOT NULL CHECK (synapses >= 0),
    duration_ms double precision NOT NULL,
    rate_hz double precision NOT NULL,
    spikes bigint NOT NULL CHECK (spikes >= 0),
    wall_s double precision NOT NULL,
    created timestamp NOT NULL,
    tags text[] NOT NULL,
    record json NOT NULL,
    visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'public')),
    saved timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (owner, key)
);

CREATE INDEX runs_key ON runs (key);
CREATE INDEX runs_of_owner ON runs (owner, created DESC, key);
CREATE INDEX runs_public ON runs (created DESC, key, owner) WHERE visibility = 'public';

-- Recordings whose saving or removing has begun and has not been seen to end.
CREATE TABLE unfinished (
    mark text PRIMARY KEY,
    key text NOT NULL,
    spike_hash text NOT NULL,
    began timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
