SELECT id, host FROM workshop WHERE id = ANY ($1)
