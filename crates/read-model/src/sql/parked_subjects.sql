SELECT subject, since, error_code, messages FROM parked_subject ORDER BY since
