-- As of when the data for dashboards stands: no decision in it is later.
UPDATE freshness SET decided_at = (SELECT max(decided_at) FROM history)
