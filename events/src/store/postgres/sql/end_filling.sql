-- The log is not being filled any more.
DELETE FROM filling
