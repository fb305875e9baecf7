-- What is no bet is often large and compresses badly; trying takes milliseconds for each, under the
-- lock of the log.
ALTER TABLE dead_letters ALTER COLUMN bytes SET STORAGE EXTERNAL;
