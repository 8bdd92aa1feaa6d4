SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, slot, topic, title, offered FROM topics) t
ORDER BY t.workshop, t.slot, t.topic COLLATE "C"
