SELECT workshop, id FROM group_registration WHERE id = ANY($1)
