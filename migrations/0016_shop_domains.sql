-- ── Of which shop a message is ─────────────────────────────────────────────
-- As its head says; empty if it does not, as with all but Shopify's.
ALTER TABLE shop_events ADD COLUMN shop_domain TEXT NOT NULL DEFAULT '';
