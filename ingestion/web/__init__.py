"""What addresses of pages say, for all sources of visits: campaigns, click ids, and what in them is personal."""
