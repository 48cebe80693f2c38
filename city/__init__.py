"""What do all wards add up to? The city's database, how an office's events get there, and where its robots are now."""
