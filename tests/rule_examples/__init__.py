"""Examples of every rule over the register: a household that it finds, one that it does not, and those at its edge."""
