SELECT id, workshop FROM assignment_run WHERE id = ANY($1)
