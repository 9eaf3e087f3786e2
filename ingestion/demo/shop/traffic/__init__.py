"""Who visits the simulated shop, by which way, and what the trackers, ad consoles and live rooms write down of it."""
