SELECT claim, holder
FROM claims
ORDER BY claim;
