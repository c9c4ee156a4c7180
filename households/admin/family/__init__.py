"""家庭变动: the pages on which the station registers what happens in a family, and the monthly list of it."""
