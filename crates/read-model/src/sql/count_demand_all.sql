-- Counts all wishes of the living.
INSERT INTO demand (workshop, slot, topic, program, vetoed, rank, amount)
SELECT x.workshop, x.slot, x.topic, r.program, x.vetoed, x.rank, count(*)
FROM registration r
JOIN wish x ON x.workshop = r.workshop AND x.registration = r.id
WHERE r.state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
GROUP BY x.workshop, x.slot, x.topic, r.program, x.vetoed, x.rank
