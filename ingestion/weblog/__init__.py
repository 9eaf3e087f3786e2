"""Access logs of nginx and Apache: the pages that were asked for, by whom they were not asked, and where from."""
