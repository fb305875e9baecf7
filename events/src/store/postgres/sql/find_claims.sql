-- Gives the holders of those of these claims that are held.
-- $1 text[]: the claims
SELECT claim, holder FROM claims WHERE claim = ANY($1)
