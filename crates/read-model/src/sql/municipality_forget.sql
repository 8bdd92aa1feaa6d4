-- $1 programs, $2 keys that are not in their lists any more
DELETE FROM municipality m
USING unnest($1::text[], $2::text[]) AS stated (program, key)
WHERE m.program = stated.program AND m.key = stated.key
