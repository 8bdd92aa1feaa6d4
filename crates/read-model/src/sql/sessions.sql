-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.id AS seen, a.day, a.slot,
    s.day IS NOT NULL AS counts, n.amount > 0 AS closed, a.program, a.status, a.amount, a.minutes, a.unmeasured
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
    AND ($1 = ANY (w.participating) OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (SELECT count(*) AS amount FROM closed_session q WHERE q.workshop = w.id) n ON true
LEFT JOIN attendance_count a ON w.id IS NOT NULL AND a.workshop = $3
LEFT JOIN closed_session s ON s.workshop = w.id AND s.day = a.day AND s.slot = a.slot
WHERE c.projection = 'attendees'
ORDER BY a.day, a.slot, a.program COLLATE "C", a.status
