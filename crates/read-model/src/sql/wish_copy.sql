COPY wish (workshop, registration, slot, vetoed, rank, topic) FROM STDIN (FORMAT binary)
