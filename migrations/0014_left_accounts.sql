-- ── Of how many accounts a model knows that they left ─────────────────────
-- `outcome_count` counts their snapshots. NULL: learned before this was counted.
ALTER TABLE health_models ADD COLUMN left_account_count BIGINT;
