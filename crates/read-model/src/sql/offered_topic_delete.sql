DELETE FROM offered_topic WHERE workshop = ANY($1)
