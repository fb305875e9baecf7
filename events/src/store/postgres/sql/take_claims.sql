-- Gives claims to their new holders.
-- $1 text[]: the claims
-- $2 text[]: the holders, one a claim
INSERT INTO claims (claim, holder)
SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (claim) DO UPDATE SET holder = excluded.holder
