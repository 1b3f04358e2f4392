"""When things are said: calendars, ticks under concurrency and kills, a year of a company, day by day."""
