-- Gives the totals of outcomes.
SELECT recorded, already_recorded, refused, dead_letters FROM outcome_counts ORDER BY number DESC LIMIT 1
