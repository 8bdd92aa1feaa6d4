SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT registration, workshop, day, slot, status, status_label, minutes
    FROM attendances
) t
ORDER BY t.registration, t.day, t.slot
