SELECT position FROM checkpoint WHERE projection = 'attendees'
