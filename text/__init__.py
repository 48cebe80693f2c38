"""What do files and words say? YAML 1.2 with positions, problems with suggestions, placeholders, Vietnamese."""
