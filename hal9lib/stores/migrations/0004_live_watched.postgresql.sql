-- When somebody last looked at the live simulation; the worker rests when nobody does. Unlogged:
-- after a crash of the server the next look fills it again.
CREATE UNLOGGED TABLE live_watched (
    id text PRIMARY KEY,
    watched timestamptz NOT NULL
);
