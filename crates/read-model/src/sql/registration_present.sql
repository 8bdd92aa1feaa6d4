SELECT id, workshop FROM registration WHERE id = ANY($1)
