SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, registration, slot, vetoed, rank, topic FROM wish) t
ORDER BY t.workshop, t.registration, t.slot, t.vetoed, t.rank
