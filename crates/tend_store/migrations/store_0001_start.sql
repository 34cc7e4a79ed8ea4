-- The tables of the store itself. Times are microseconds UTC.

-- Who may do what only one process at a time may do.
CREATE TABLE leases (
    name            TEXT PRIMARY KEY,
    holder          TEXT NOT NULL,              -- '' = given back
    fence           BIGINT NOT NULL,            -- one more each time the lease changes hands
    until           BIGINT NOT NULL
);

-- The number within ids that belongs to one running process.
CREATE TABLE nodes (
    number          BIGINT PRIMARY KEY,
    holder          TEXT NOT NULL,              -- '' = given back
    until           BIGINT NOT NULL,
    high_water      BIGINT NOT NULL             -- no id of this number has a later time
);
