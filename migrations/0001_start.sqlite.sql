-- What only SQLite needs.
-- The words of each message, its id being the rowid: search/index.rs makes them.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii tokenchars ''_''');
