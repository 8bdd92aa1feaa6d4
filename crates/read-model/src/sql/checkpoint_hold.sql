-- Nobody else writes this version until the transaction ends.
SELECT position FROM checkpoint WHERE projection = $1 FOR UPDATE
