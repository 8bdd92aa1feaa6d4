SELECT id FROM workshop WHERE id = ANY($1)
