"""Everything that changes the organisation, one verb at a time."""
