DELETE FROM bucket WHERE workshop = ANY($1)
