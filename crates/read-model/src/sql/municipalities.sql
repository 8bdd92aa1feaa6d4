-- $1 the program, $2 key behind which the part begins, $3 how many
SELECT c.position, k.since AS parked_at, p.id AS program,
    m.key, m.name, m.kind, m.parent, m.valid_from, m.valid_until, m.version
FROM checkpoint c
LEFT JOIN program p ON p.id = $1
LEFT JOIN parked_subject k ON k.subject = 'aw.log.program.' || $1
LEFT JOIN LATERAL (
    SELECT * FROM municipality m
    WHERE m.program = p.id AND m.key > $2
    ORDER BY m.key
    LIMIT $3
) m ON true
WHERE c.projection = 'attendees'
ORDER BY m.key
