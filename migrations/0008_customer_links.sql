-- ── Links by which customers see their own orders ──────────────────────────
CREATE TABLE customer_links (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    token_hash      TEXT NOT NULL UNIQUE,
    made_by         BIGINT,                     -- the agent; NULL: the customer asked for it by mail
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX customer_links_of_contact ON customer_links (contact_id, created_at);
