-- $1 the shape. What is live first; else the last one of the shape that was.
SELECT schema
FROM registry.version
WHERE shape = $1 AND stage IN ('live', 'retired')
ORDER BY stage = 'live' DESC, changed_at DESC
LIMIT 1
