-- An export lasts as long as its client reads; whoever writes it gives up after 15 minutes.
SELECT set_config('statement_timeout', '960000', true)
