-- Frees claims.
-- $1 text[]: the claims
DELETE FROM claims WHERE claim = ANY($1)
