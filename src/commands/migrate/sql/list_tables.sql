-- The tables of a SQLite file.
SELECT name FROM sqlite_master WHERE type = 'table'
