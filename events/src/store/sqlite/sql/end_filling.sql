DELETE FROM filling;
