"""The demo source: a simulated shop, so that everything can be tried without data of one's own."""
