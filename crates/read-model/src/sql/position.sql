-- $1 the schema that is asked
SELECT c.position, v.schema IS NOT NULL AS live
FROM checkpoint c
LEFT JOIN registry.version v ON v.schema = $1 AND v.stage = 'live'
WHERE c.projection = 'attendees'
