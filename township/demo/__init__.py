"""The demo township: as many households, people and monitors as the report names, all of them invented.

`plan` decides how many households of which sort there are and who sits at which table, `people` makes persons of the
seats and spreads the report's quotas over them, `register`, `accounts`, `tiers` and `visits` write. Everything comes
from one random generator, so a seed and a day give the same township again.

To add a part, write a module with `load(demo)` and name it in `PARTS` of `township/demo/load.py`: parts run in that
order, in one transaction, and find what earlier parts made on the `Demo` object.
"""
