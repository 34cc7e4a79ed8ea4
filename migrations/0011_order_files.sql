-- ── Files of orders that were looked through and wait for somebody to say go ─
CREATE TABLE order_files (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    shop_id         BIGINT REFERENCES shops (id), -- NULL: the source of the API, which may not be there yet
    file_name       TEXT NOT NULL,
    content         TEXT NOT NULL,              -- JSON: the header, and each row with its number
    row_count       BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX order_files_by_time ON order_files (created_at);
