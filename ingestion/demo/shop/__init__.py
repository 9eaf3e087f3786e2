"""The simulated shop itself: what happens in it, and the tables in which it writes that down."""
