SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, slot, topic, program, vetoed, rank, amount FROM topic_demand) t
ORDER BY t.workshop, t.slot, t.topic COLLATE "C", t.program COLLATE "C", t.vetoed, t.rank
