-- What the live simulation shall do: one row, written by the service, read by the worker.
CREATE TABLE live (
    id text PRIMARY KEY,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused')),
    generation bigint NOT NULL DEFAULT 1,
    drive double precision NOT NULL DEFAULT 1 CHECK (drive BETWEEN 0 AND 3),
    inhibition double precision NOT NULL DEFAULT 1 CHECK (inhibition BETWEEN 0 AND 3),
    revision bigint NOT NULL DEFAULT 0
);
INSERT INTO live (id) VALUES ('main');

-- Its newest frame and sign of life, written several times a second by the worker. Unlogged: after
-- a crash of the server the next frame fills it again. The free space keeps updates in place.
CREATE UNLOGGED TABLE live_frame (
    id text PRIMARY KEY,
    number bigint NOT NULL DEFAULT 0,
    frame text,
    heartbeat timestamptz NOT NULL,
    pid bigint NOT NULL,
    host text NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);

-- Who steered it; the last hundred are kept.
CREATE TABLE live_commands (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    given timestamptz NOT NULL DEFAULT now(),
    user_name text NOT NULL,
    command json NOT NULL,
    revision bigint NOT NULL
);
