-- Gives all claims that are held.
SELECT claim, holder FROM claims ORDER BY claim
