SELECT recorded, already_recorded, refused, dead_letters
FROM outcome_counts;
