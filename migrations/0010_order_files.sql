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

-- ── What an agent is told of a remedy leads to it ──────────────────────────
ALTER TABLE notifications ADD COLUMN remedy_id BIGINT;          -- of remedy_asked and remedy_settled

-- ── What shops have in stock is asked for ──────────────────────────────────
ALTER TABLE shops ADD COLUMN stock_at BIGINT;                   -- when all of it was last read
ALTER TABLE shops ADD COLUMN stock_problem TEXT NOT NULL DEFAULT ''; -- why it could not be since then

-- ── Orders are looked for by their number and by who ordered ───────────────
CREATE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_email ON orders (email);
