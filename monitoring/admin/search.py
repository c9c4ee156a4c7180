"""Searching a list by the household; the console's lists of both floors do it alike."""

from households.admin.household_search import HouseholdSearch, PagedChangeList

__all__ = ["HouseholdSearch", "PagedChangeList"]
