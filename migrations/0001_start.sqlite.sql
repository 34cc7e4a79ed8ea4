-- What only SQLite needs.
-- The words of each message, its id being the rowid: search/index.rs makes them.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii tokenchars ''_''');

-- What the planner is told of the tables: the shape of a company with 100,000 conversations.
-- It never counts for itself. A young database is read by the plans of a large one, and no plan
-- changes because a table grew: docs/decisions/0006.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('account_domains', 'account_domains_of_account', '5000 1'),
    ('account_domains', 'sqlite_autoindex_account_domains_1', '5000 1'),
    ('accounts', 'accounts_by_kind', '5000 2500 1 1'),
    ('accounts', 'accounts_by_name', '5000 1 1'),
    ('accounts', 'accounts_of_owner', '5000 100'),
    ('agents', 'sqlite_autoindex_agents_1', '50 1'),
    ('contacts', 'contacts_by_name', '20000 1 1'),
    ('contacts', 'contacts_by_seen', '20000 20000 1'),
    ('contacts', 'contacts_of_account', '20000 4 4 1'),
    ('conversations', 'conversations_by_category', '100000 25000 3130 1 1'),
    ('conversations', 'conversations_by_priority', '15000 3800 1900 640 1 1'),
    ('conversations', 'conversations_counted', '6000 1500 160 35 15'),
    ('conversations', 'conversations_of_account', '100000 20 11 1 1'),
    ('conversations', 'conversations_of_assignee', '100000 1970 990 250 1 1 1'),
    ('conversations', 'conversations_of_contact', '100000 6 4 1 1'),
    ('conversations', 'conversations_of_inbox', '100000 25000 12500 1 1 1'),
    ('conversations', 'conversations_snoozed', '600 6'),
    ('conversations', 'conversations_waiting', '3000 750 1 1'),
    ('conversations', 'sqlite_autoindex_conversations_1', '100000 1'),
    ('customer_words', 'customer_words_of_subject', '130000 6 1'),
    ('customer_words', 'sqlite_autoindex_customer_words_1', '130000 65000 2 1'),
    ('followers', 'followers_of_agent', '1000 20 1'),
    ('followers', 'sqlite_autoindex_followers_1', '1000 1 1'),
    ('identities', 'identities_by_value', '20000 1'),
    ('identities', 'identities_of_contact', '20000 1 1'),
    ('identities', 'sqlite_autoindex_identities_1', '20000 10000 1'),
    ('inbox_addresses', 'inbox_addresses_of_inbox', '8 1'),
    ('inbox_addresses', 'sqlite_autoindex_inbox_addresses_1', '8 1'),
    ('inboxes', 'sqlite_autoindex_inboxes_1', '4 1'),
    ('journal', 'journal_of_account', '1120000 225 2 1'),
    ('journal', 'journal_of_contact', '1120000 56 1 1'),
    ('journal', 'journal_of_conversation', '1100000 11 1'),
    ('journal', 'journal_of_subject', '1120000 9 1'),
    ('journal', 'sqlite_autoindex_journal_1', '1120000 1'),
    ('messages', 'messages_of_conversation', '1000000 10 1 1'),
    ('readings', 'sqlite_autoindex_readings_1', '20000 400 1'),
    ('search_terms', 'sqlite_autoindex_search_terms_1', '100000 1'),
    ('search_words_data', NULL, '100000'),
    ('search_words_docsize', NULL, '1000000'),
    ('search_words_idx', 'search_words_idx', '80000 8000 1'),
    ('statuses', 'sqlite_autoindex_statuses_1', '8 1'),
    ('taggings', 'sqlite_autoindex_taggings_1', '33000 1100 1'),
    ('taggings', 'taggings_in_order', '33000 1100 280 1 1'),
    ('taggings', 'taggings_of_subject', '33000 1 1'),
    ('tags', 'sqlite_autoindex_tags_1', '30 1');
ANALYZE sqlite_schema;
