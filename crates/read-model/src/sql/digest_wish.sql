SELECT t::text
FROM (SELECT workshop, registration, slot, vetoed, rank, topic FROM wish) t
ORDER BY t.workshop, t.registration, t.slot, t.vetoed, t.rank
