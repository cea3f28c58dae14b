-- The last hour of health, one sample every few seconds, as the service saw it.
CREATE TABLE health_samples (
    taken double precision NOT NULL,
    sample json NOT NULL
);
CREATE INDEX health_samples_taken ON health_samples (taken);
